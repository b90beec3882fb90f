import { maxKeyLength } from '../config/values/key.js';
import { maxLocksPerTransaction } from '../consul/txn/lockTransaction.js';
import { releasedValue } from '../lock/releasedValue.js';

/** Bytes of a transaction's body that locks may fill: Consul's 512 KiB, less a little. */
const maxBytes = 500_000;

/** Bytes of a lock's two operations besides its key, which stands there twice, and its value. */
const bytesPerLock = 300;

/** How many locks with such a value go into one transaction; at least one. */
export function locksAtOnce(value: string): number {
  const valueBytes = Math.ceil(Buffer.byteLength(value) / 3) * 4;
  const fit = Math.floor(maxBytes / (bytesPerLock + valueBytes + 2 * maxKeyLength));
  return Math.max(1, Math.min(maxLocksPerTransaction, fit));
}

/** How many locks go into one transaction that gives them back. */
export const locksPerRelease = locksAtOnce(releasedValue);
