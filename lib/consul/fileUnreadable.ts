import { electionError, type ElectionErrorOf } from '../errors.js';
import { messageOf } from './messageOf.js';

/** The error of a file that the options name and that cannot be used. */
export function fileUnreadable(path: string, cause: unknown): ElectionErrorOf<'FILE_UNREADABLE'> {
  return electionError('FILE_UNREADABLE', {
    message: `The file ${path} cannot be used: ${messageOf(cause)}. Check the path in the options or CONSUL_ variables, and who may read it.`,
    details: { path },
    // Files are often replaced while a secret is rotated.
    retryable: true,
    cause,
  });
}
