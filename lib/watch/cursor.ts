import type { KeyReading } from '../consul/http/answers.js';

/** Where a watch stands: what the next query must ask for, and how soon. */
export interface Cursor {
  /** The index to block on, or `undefined` for a plain read. */
  readonly index: number | undefined;
  /** Queries in a row that came back at once. */
  readonly quickReturns: number;
}

/** A watch that has not asked yet. */
export const freshCursor: Cursor = { index: undefined, quickReturns: 0 };

/** A query that came back within this time counts as quick, in milliseconds. */
const quickMs = 100;

/**
 * Quick returns in a row that are not slowed down: a handover makes three or four changes at once,
 * and none of them may wait.
 */
const burst = 8;

/**
 * The cursor after an answer: Consul's rules for blocking queries.
 *
 * An index that went backwards, or an answer that came early without a change, means that the store
 * may be another one (a restored snapshot), in which the old index would block and hide changes: read
 * without it. An index below 1 would not block at all.
 * Source: https://developer.hashicorp.com/consul/api-docs/features/blocking.
 */
export function advance(
  cursor: Cursor,
  reading: Pick<KeyReading, 'index'>,
  tookMs: number,
  waitMs: number,
): Cursor {
  const asked = cursor.index;
  const regressed = asked !== undefined && reading.index < asked;
  const unchangedEarly = asked === reading.index && tookMs < waitMs;
  return {
    index: regressed || unchangedEarly ? undefined : Math.max(1, reading.index),
    quickReturns: tookMs < quickMs ? cursor.quickReturns + 1 : 0,
  };
}

/**
 * How long to wait before the next query, in milliseconds. A watch on a missing key wakes on every
 * write anywhere (seen on Consul 1.8.7), so after a burst its rate is bounded to ten a second.
 */
export function paceMs(cursor: Cursor): number {
  return cursor.quickReturns > burst ? quickMs : 0;
}
