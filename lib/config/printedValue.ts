const MAX_SHOWN = 80;

/**
 * A value as a problem shows it, on one line: numbers and short strings as they are, of everything
 * else only the type, since an object may hold a secret.
 */
export function printedValue(value: unknown): string {
  if (typeof value === 'string') return printedString(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) {
    return Object.is(value, -0) ? '-0' : String(value);
  }
  return printedType(value);
}

/** Only the type of a value. */
export function printedType(value: unknown): string {
  if (value === undefined) return '(nothing)';
  if (value === null) return '(null)';
  if (Array.isArray(value)) return '(a list)';
  return typeof value === 'object' ? '(an object)' : `(a ${typeof value})`;
}

function printedString(value: string): string {
  const shown = value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value;
  return JSON.stringify(shown);
}
