/** How much of an answer is quoted in an error, in characters. */
const maxQuotedLength = 200;

/** The beginning of an answer on one line, for an error's message. */
export function quoted(body: string): string {
  const line = body.replace(/\s+/g, ' ').trim();
  if (line === '') return '(empty answer)';
  return line.length > maxQuotedLength ? `${line.slice(0, maxQuotedLength)}…` : line;
}
