import { isElectionError } from '../errors.js';

/** Whether Consul has ended the session, so that whatever depends on it must start anew. */
export const isSessionLost = (error: unknown): boolean =>
  isElectionError(error) && error.code === 'SESSION_LOST';
