/** A record of TLS: an alert or a part of the handshake, and the version that both name. */
const tlsRecord = /^[\x15\x16]\x03/;

/**
 * What answered where HTTP was expected, if undici could not read the answer: the first line, as far as
 * it is text, such as `SSH-2.0-OpenSSH_9.2`. A request that is echoed has its token in later lines.
 */
export function greetingIn(error: unknown): string | undefined {
  const { name, data, message } = Object(error) as Partial<Record<string, unknown>>;
  if (name !== 'HTTPParserError') return undefined;
  const reason = String(message);
  // Further on, an answer may be cut in the middle of a line.
  if (typeof data !== 'string' || !reason.includes('Expected HTTP/')) return reason;
  if (tlsRecord.test(data)) return 'it speaks TLS';
  const [line = ''] = /^[\x20-\x7e]{0,60}/.exec(data) ?? [];
  return `it says "${line}", which is no HTTP`;
}
