/**
 * The value of a key whose lock was given back. Whoever finds it there takes the lock at once; where it is
 * missing, the last holder may still believe that it leads, and a contender waits for the lock-delay first.
 *
 * An election writes it with each release, and never with an acquisition, whose value is JSON or empty.
 * Write it with {@link releaseLock} where the parts are put together otherwise, once the work has stopped.
 *
 * @example
 * ```ts
 * const lock = { key: 'locks/reports', sessionId: 'adf4238a-882b-9ddc-4a9d-5b6758e4159e', flags: 0n };
 * releaseLock(consul, { ...lock, value: releasedValue })
 *   .subscribe((held) => console.log(held)); // => false
 * ```
 */
export const releasedValue = 'released (rxjs-leader-election)';
