import { electionError, type ElectionErrorOf } from '../errors.js';

/** The error of a key that carries other flags than the locks of this election. */
export const keyInUse = (
  key: string,
  flags: bigint,
  lockFlags: bigint,
): ElectionErrorOf<'KEY_IN_USE'> =>
  electionError('KEY_IN_USE', {
    message:
      `The key "${key}" has the flags ${flags}, but the locks of this election have ${lockFlags}: ` +
      'something else uses it, and it was left as it is. Choose another key, or set lockFlags to ' +
      `${flags}n if its users are meant to contend with this process, or delete the key if nobody needs it.`,
    details: { key, flags, lockFlags },
    retryable: false,
  });
