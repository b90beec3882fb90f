import { catchError, map, of, tap, type Observable } from 'rxjs';
import type { KeyEntry } from '../consul/http/answers.js';
import { readKey } from '../consul/kv/readKey.js';
import { systemChance } from '../ports/chance.js';
import { elapsedMs, later, type Instant } from '../ports/instant.js';
import { adjustContention } from './contention.js';
import type { ElectionContext, Contender } from './contender.js';

/** How a claim ended that was made in its turn, or that others made needless. */
export interface AttemptEnd {
  /** Whether Consul refused it: a write to the raft log in vain. */
  readonly isRefused: boolean;
  /** Whether somebody else was faster. */
  readonly isBeaten: boolean;
  /** When the attempt was sent; `undefined` where none was. */
  readonly sentAt: Instant | undefined;
}

/** A contender's turn at one free lock, of one key or of several that became free together. */
export interface Turn {
  /** Draws how long to wait for it, in milliseconds, where the lock cannot be had for a while. */
  readonly drawMs: (delayMs: number) => number;
  /** What is left of the wait, in whole milliseconds, as timers take them; 0 or less once it has come. */
  readonly restMs: (now: Instant) => number;
  /** Whether many contend, so that it pays to look before an attempt: that costs no raft write. */
  readonly isContended: () => boolean;
  readonly noteRoundTrip: (sentAt: Instant) => void;
  /** Something went wrong, and took its time, which says nothing about others. */
  readonly spoil: () => void;
  /** The lock was taken. Only the first end counts. */
  readonly end: (end: AttemptEnd) => void;
}

/** @param wasHeld - whether the lock was seen held before: who is beaten at it may be one of many */
export function turnOf(
  { consul, contention, retry: { chance = systemChance } }: ElectionContext,
  wasHeld: boolean,
): Turn {
  const { now } = consul.time;
  let openSince = now();
  let wait = { since: openSince, forMs: 0 };
  let isOver = false;
  let answeredInMs: number | undefined;
  const isContended = () => contention.current.windowMs > 0;
  const noteRoundTrip = (sentAt: Instant): void => {
    answeredInMs = elapsedMs(sentAt, now());
  };
  return {
    isContended,
    noteRoundTrip,
    drawMs: (delayMs) => {
      const since = now();
      openSince = later(since, delayMs);
      wait = {
        since,
        forMs: delayMs + (isContended() ? chance() * contention.current.windowMs : 0),
      };
      return wait.forMs;
    },
    restMs: (at) => (wait.forMs === 0 ? 0 : Math.ceil(wait.forMs - elapsedMs(wait.since, at))),
    spoil: () => {
      isOver = true;
    },
    end: ({ isBeaten, isRefused, sentAt }) => {
      if (isOver) return;
      isOver = true;
      if (sentAt) noteRoundTrip(sentAt);
      const afterMs = elapsedMs(openSince, now());
      // Whoever is faster when both join leads from then on, and need not be one of many.
      const end = { afterMs, answeredInMs, isRefused, isBeaten: isBeaten && wasHeld };
      contention.current = adjustContention(contention.current, end);
    },
  };
}

/** Whether the entry that was seen still stands. Where that cannot be told, the attempt will tell. */
export const looked = (
  { consul, key }: Contender,
  seen: KeyEntry | undefined,
  { noteRoundTrip }: Turn,
): Observable<boolean> =>
  readKey(consul, key).pipe(
    tap(({ sentAt }) => {
      noteRoundTrip(sentAt);
    }),
    map(({ entry }) => entry?.modifyIndex === seen?.modifyIndex),
    catchError(() => of(true)),
  );
