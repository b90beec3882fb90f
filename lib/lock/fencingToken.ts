/**
 * A number that is larger for every later leader: send it with each write, and let what you write to
 * refuse a smaller one than it has seen.
 *
 * It is the `ModifyIndex` of the lock's acquisition, an index of Consul's raft log, which no other
 * acquisition shares and which survives the deletion of the key. Only a cluster that is rebuilt or
 * restored from a snapshot can count from a smaller one again.
 *
 * Tokens compare with `<` and `>`, print as digits and become a string in JSON.
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

  /** @param value - the index, also as the digits that {@link FencingToken.toString} gives */
  constructor(value: bigint | number | string) {
    this.value = BigInt(value);
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
