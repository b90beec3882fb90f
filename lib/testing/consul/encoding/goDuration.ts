import * as E from 'fp-ts/lib/Either.js';

const unitsNs: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const maxNs = 2n ** 63n - 1n;

/**
 * Nanoseconds of a duration in Go's notation (`10s`, `1.5m`, `1h0m30s`), or Go's own complaint.
 *
 * Source: https://pkg.go.dev/time#ParseDuration.
 */
export function parseGoDuration(text: string): E.Either<string, bigint> {
  const quoted = JSON.stringify(text);
  const invalid = E.left(`time: invalid duration ${quoted}`);
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return E.right(0n);
  if (unsigned === '') return invalid;

  let totalNs = 0n;
  for (let rest = unsigned; rest !== '';) {
    const [part, whole, fraction, unit] = /^(\d*)(?:\.(\d*))?([^\d.]*)/.exec(rest) ?? [];
    if (part === undefined || `${whole ?? ''}${fraction ?? ''}` === '') return invalid;
    if (unit === undefined || unit === '') {
      return E.left(`time: missing unit in duration ${quoted}`);
    }
    const unitNs = Object.hasOwn(unitsNs, unit) ? unitsNs[unit] : undefined;
    if (unitNs === undefined) {
      return E.left(`time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`);
    }
    const digits = fraction ?? '';
    totalNs += BigInt(whole === '' ? '0' : (whole ?? '0')) * unitNs;
    totalNs += (BigInt(`0${digits}`) * unitNs) / 10n ** BigInt(digits.length);
    if (totalNs > maxNs) return invalid;
    rest = rest.slice(part.length);
  }
  return E.right(text.startsWith('-') ? -totalNs : totalNs);
}
