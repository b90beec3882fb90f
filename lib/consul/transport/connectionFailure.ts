import { electionError, isElectionError, type ElectionError } from '../../errors.js';

/** Codes of Node and OpenSSL by which one side refuses the other's certificate or protocol. */
const tlsCodes =
  /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|EPROTO$|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_)/;

/** How OpenSSL says that what came back is no TLS. */
const plainText = /wrong[ _]version[ _]number|packet[ _]length[ _]too[ _]long/i;

/** How undici and Node say that somebody was there and hung up. */
const brokenOffCodes = /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)\b/;

/** Whether a connection was there and has ended without an answer, by the reason of a `CONNECTION_FAILED`. */
export const isBrokenOff = (reason: string): boolean => brokenOffCodes.test(reason);

const eventOf = (code: string): string =>
  isBrokenOff(code) ? 'closed the connection' : 'cannot be reached';

/** In TLS 1.3 a server learns of a missing certificate after the handshake, and just hangs up. */
const clientCertificateHint =
  ' If it requires a client certificate, set the tls options cert and key.';

/**
 * The error of a request that got no answer. It quotes the reason and carries no cause: what the HTTP
 * client attaches to its errors is not ours to vouch for, and headers hold the token.
 */
export function connectionFailure(error: unknown, where: string): ElectionError {
  if (isElectionError(error)) return error;
  const first = firstOf(error);
  const code = codeOf(first);
  const stated = errorMessage(first).trim();
  if (tlsCodes.test(code)) return tlsFailure(`${code}: ${stated}`, where);
  const banner = bannerOf(first);
  const reason = banner ?? (code === '' ? stated : `${code}: ${stated}`);
  const event =
    banner === undefined
      ? `Consul at ${where} ${eventOf(code)}`
      : `The server at ${where} is not Consul`;
  const cause =
    banner === undefined
      ? 'The agent may be down or the address wrong.'
      : 'The address is probably wrong.';
  return electionError('CONNECTION_FAILED', {
    message: `${event} (${reason}). ${cause} Check host, port and http or https in consul.address or CONSUL_HTTP_ADDR.${where.startsWith('https:') ? clientCertificateHint : ''}`,
    details: { reason },
    retryable: true,
  });
}

function tlsFailure(reason: string, where: string): ElectionError {
  const advice = plainText.test(reason)
    ? 'The server does not speak TLS. Use http:// if this is the plain HTTP port of the agent.'
    : "One side refused the other's certificate. Check the tls options: ca or caFile (authority), serverName (the server's name), cert and key (client certificate, if required).";
  return electionError('TLS_FAILED', {
    message: `The TLS handshake with Consul at ${where} failed (${reason}). ${advice}`,
    details: { reason },
    retryable: false,
  });
}

/** A host with several addresses fails with one error for each: the first says enough. */
function firstOf(error: unknown): unknown {
  const { errors } = Object(error) as Partial<Record<string, unknown>>;
  return Array.isArray(errors) && errors.length > 0 ? firstOf(errors[0]) : error;
}

function codeOf(error: unknown): string {
  const { code } = Object(error) as Partial<Record<string, unknown>>;
  return typeof code === 'string' ? code : '';
}

/** A record of TLS: an alert or a part of the handshake, and the version that both name. */
const tlsRecord = /^[\x15\x16]\x03/;

/**
 * What answered where HTTP was expected, if it could not be read: the first line, as far as it is
 * text, such as `SSH-2.0-OpenSSH_9.2`. A request that is echoed has its token in later lines.
 */
function bannerOf(error: unknown): string | undefined {
  const { name, code, data, rawPacket, message } = Object(error) as Partial<
    Record<string, unknown>
  >;
  // How undici and how Node name what their parser refused.
  if (name !== 'HTTPParserError' && !String(code).startsWith('HPE_')) return undefined;
  const reason = String(message);
  const came = Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1') : data;
  // Further on, an answer may be cut in the middle of a line.
  if (typeof came !== 'string' || !reason.includes('Expected HTTP/')) return reason;
  if (tlsRecord.test(came)) return 'it speaks TLS';
  const [line = ''] = /^[\x20-\x7e]{0,60}/.exec(came) ?? [];
  return `it answered "${line}", which is not HTTP`;
}

/**
 * What an error says. Told by shape, since an error of Node's is no `instanceof Error` in another
 * realm, such as jest's.
 */
export function errorMessage(error: unknown): string {
  const { message } = Object(error) as { readonly message?: unknown };
  return typeof message === 'string' ? message : String(error);
}
