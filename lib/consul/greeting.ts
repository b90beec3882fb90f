/** A record of TLS: an alert or a part of the handshake, and the version that both name. */
const tlsRecord = /^[\x15\x16]\x03/;

/**
 * What answered where HTTP was expected, if it could not be read: the first line, as far as it is
 * text, such as `SSH-2.0-OpenSSH_9.2`. A request that is echoed has its token in later lines.
 */
export function greetingIn(error: unknown): string | undefined {
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
  return `it says "${line}", which is no HTTP`;
}
