import { isElectionError } from '../errors.js';

/** Whether a write that failed may have taken effect, or still will. */
export const mayHaveBeenApplied = (error: unknown): boolean =>
  isElectionError(error) && error.retryable;
