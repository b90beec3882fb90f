import { electionError, type ElectionErrorOf } from '../errors.js';

/** The error of a key that carries other flags than the locks of this election. */
export const keyInUse = (
  key: string,
  flags: bigint,
  lockFlags: bigint,
): ElectionErrorOf<'KEY_IN_USE'> =>
  electionError('KEY_IN_USE', {
    message:
      `The key "${key}" has the flags ${flags}, not ${lockFlags}. Something else uses it, so it was left ` +
      `unchanged. Choose another key, set lockFlags to ${flags}n to contend with its users, or delete ` +
      'the key if it is unused.',
    details: { key, flags, lockFlags },
    retryable: false,
  });
