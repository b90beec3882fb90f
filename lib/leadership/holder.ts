import type { KeyEntry } from '../consul/http/answers.js';

/** Whether a session other than this one holds the lock. */
export const isHeldByAnother = (entry: KeyEntry | undefined, sessionId: string): boolean =>
  entry?.sessionId !== undefined && entry.sessionId !== sessionId;
