import { invalidOptions, optionProblem } from '../config/decoding/problems.js';

/** The largest index of a raft log, 64 bits without a sign. */
const largest = 2n ** 64n - 1n;

const expected =
  'Give a whole number from 0 to 2^64 - 1: a bigint, a string of digits, or a number up to 2^53 - 1.';

function isIndex(value: unknown): value is bigint | number | string {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0;
  if (typeof value === 'string') return /^\d{1,20}$/.test(value) && isIndex(BigInt(value));
  return typeof value === 'bigint' && value >= 0n && value <= largest;
}

/**
 * A number that is larger for every later leader: send it with each write, and let what you write to
 * refuse a smaller one than it has seen.
 *
 * It is the `ModifyIndex` of the lock's acquisition, an index of Consul's raft log, which no other
 * acquisition shares and which survives the deletion of the key. Only where Consul is restored from a
 * snapshot can a smaller one come again.
 *
 * Tokens compare with `<`, `<=`, `>` and `>=`, and with {@link FencingToken.equals}, since `===` compares
 * objects. They print as digits, become a string in JSON, and are made from it again.
 *
 * @example
 * ```ts
 * const highestSeen = new FencingToken('41');
 * const token = new FencingToken('107');
 * if (token < highestSeen) throw new Error(`stale leader ${token}`);
 * console.log(`written under ${token}`); // => written under 107
 * ```
 */
export class FencingToken {
  /** The index itself. */
  readonly value: bigint;

  /**
   * @param value - the index: whole and not negative, as a bigint, a number that is exact, or digits
   * @throws `INVALID_OPTIONS` for anything else, such as a header that is no token
   */
  constructor(value: bigint | number | string) {
    if (!isIndex(value)) throw invalidOptions([optionProblem('fencingToken', value, expected)]);
    this.value = BigInt(value);
  }

  /**
   * Orders tokens, the smallest first, for `sort`: negative, 0 or positive.
   *
   * @example
   * ```ts
   * const tokens = [new FencingToken(10), new FencingToken(9)];
   * console.log(tokens.sort(FencingToken.compare).join()); // => 9,10
   * ```
   */
  static compare(one: FencingToken, other: FencingToken): number {
    return one.value < other.value ? -1 : Number(one.value > other.value);
  }

  /**
   * Whether the two are of one acquisition.
   *
   * @example
   * ```ts
   * console.log(new FencingToken(9).equals(new FencingToken('9'))); // => true
   * ```
   */
  equals(other: FencingToken): boolean {
    return this.value === other.value;
  }

  /** Lets `<`, `>`, `<=` and `>=` compare tokens. */
  valueOf(): bigint {
    return this.value;
  }

  /** The index in digits. */
  toString(): string {
    return this.value.toString();
  }

  /** The index in digits, since JSON numbers lose digits above 2^53. */
  toJSON(): string {
    return this.toString();
  }
}
