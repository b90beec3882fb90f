import { electionError, isElectionError, type ElectionError } from '../errors.js';
import { messageOf } from './messageOf.js';

/** Codes of Node and OpenSSL by which one side refuses the other's certificate or protocol. */
const tlsCodes =
  /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|EPROTO$|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_)/;

/** In TLS 1.3 a server learns of a missing certificate after the handshake, and just hangs up. */
const clientCertificateHint =
  ' If it asks for a client certificate, set the tls options cert and key.';

/**
 * The error of a request that got no answer. It quotes the reason and carries no cause: what the HTTP
 * client attaches to its errors is not ours to vouch for, and headers hold the token.
 */
export function connectionFailure(error: unknown, where: string): ElectionError {
  if (isElectionError(error)) return error;
  const { code, message } = innermost(error);
  const reason = code === undefined ? message : `${code}: ${message}`;
  return code !== undefined && tlsCodes.test(code)
    ? electionError('TLS_FAILED', {
        message: `The TLS handshake with Consul at ${where} failed (${reason}). Check the tls options: ca or caFile for the server's certificate, serverName for its name, cert and key if the agent asks for a client certificate. Check also that the agent speaks https there, and not http.`,
        details: { reason },
        retryable: false,
      })
    : electionError('CONNECTION_FAILED', {
        message: `Consul at ${where} cannot be reached (${reason}). Check that the agent runs there: the option consul.address or CONSUL_HTTP_ADDR.${where.startsWith('https:') ? clientCertificateHint : ''}`,
        details: { reason },
        retryable: true,
      });
}

/** A host with several addresses fails with one error for each: the first says enough. */
function innermost(error: unknown): {
  readonly code: string | undefined;
  readonly message: string;
} {
  const { errors, code } = Object(error) as Partial<Record<string, unknown>>;
  if (Array.isArray(errors) && errors.length > 0) return innermost(errors[0]);
  return { code: typeof code === 'string' ? code : undefined, message: messageOf(error).trim() };
}
