/** What Consul's store says to a session ID that is no UUID, or `undefined` for one that is. */
export function uuidProblem(text: string): string | undefined {
  if (text.length !== 36) return lookupFailed('UUID must be 36 characters');
  const hyphens = text.split('-').length - 1;
  if (hyphens > 4) return lookupFailed(`UUID should have maximum of 4 "-"; got ${hyphens}`);
  const digits = text.replaceAll('-', '');
  if (digits.length % 2 !== 0) return lookupFailed('UUID (without hyphens) must be even length');
  return /^[0-9a-f]*$/i.test(digits) ? undefined : lookupFailed('Invalid UUID');
}

function lookupFailed(reason: string): string {
  return `failed session lookup: index error: ${reason}`;
}
