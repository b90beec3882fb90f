import type { Leadership } from '../../leadership/leadership.js';

/** What tells roles apart; each term is a role of its own. */
export const roleOf = (leadership: Leadership): string =>
  leadership.kind === 'Leader'
    ? `Leader ${leadership.sessionId} ${leadership.fencingToken} ${leadership.sinceMs}`
    : leadership.kind;

/** Whether a state is leadership that still lasts, by the clock where an election stands behind it. */
export const leadsNow = (leadership: Leadership | undefined): boolean =>
  leadership?.kind === 'Leader' && (leadership.term?.lasts() ?? true);
