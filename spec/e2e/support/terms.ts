import type { Leadership } from '../../../lib/index.js';

/** A time for which somebody led, on the machine's monotonic clock, which all processes share. */
export interface Term {
  readonly name: string;
  readonly fromMs: number;
  /** `undefined` while it lasts. */
  readonly toMs: number | undefined;
  /** The fencing token, where the client has one. */
  readonly token: bigint | undefined;
}

/** What one contender said, and when. */
export interface Told {
  readonly kind: string;
  readonly atMs: number;
  readonly token: bigint | undefined;
}

/** The machine's monotonic clock, in milliseconds. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** A state as something that was told now. */
export const toldNow = (state: Leadership): Told => ({
  kind: state.kind,
  atMs: nowMs(),
  token: state.kind === 'Leader' ? state.fencingToken.value : undefined,
});

/** The terms in what one contender told; any other word ends one. */
export function termsOf(name: string, told: readonly Told[]): Term[] {
  return told.flatMap(({ kind, atMs, token }, index) =>
    kind === 'Leader' ? [{ name, fromMs: atMs, toMs: told[index + 1]?.atMs, token }] : [],
  );
}

/**
 * Fails when two led at once, when a later leader's token is not above the one before, or when fewer
 * led than expected.
 *
 * @returns who led, in order
 */
export function expectOneAtATime(terms: readonly Term[], atLeast: number): readonly string[] {
  const inOrder = [...terms].sort((one, other) => one.fromMs - other.fromMs);
  expect(inOrder.length).toBeGreaterThanOrEqual(atLeast);
  const following = inOrder.slice(1).map((later, index) => ({ earlier: inOrder[index]!, later }));
  const overlapping = following.filter(
    ({ earlier, later }) => (earlier.toMs ?? Infinity) > later.fromMs,
  );
  expect(overlapping).toEqual([]);
  const stale = following.filter(({ earlier, later }) => !isNewer(later, earlier));
  expect(stale).toEqual([]);
  return inOrder.map(({ name }) => name);
}

/** A lease that expired may be regained under the same token, but only by the same contender. */
function isNewer(later: Term, earlier: Term): boolean {
  if (later.token === undefined || earlier.token === undefined) return true;
  return later.name === earlier.name ? later.token >= earlier.token : later.token > earlier.token;
}
