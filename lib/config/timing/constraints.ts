import { pipe } from 'fp-ts/lib/function.js';
import * as O from 'fp-ts/lib/Option.js';
import { longestCoveredLeaseMs, type TimingDraft } from './defaults.js';
import { timingLimits } from './timingLimits.js';
import type { Timing } from '../model/settings.js';

/** What two or more timings owe each other. */
export interface TimingRelation {
  /** All timings it speaks of; the first one that was given in code is the one to be blamed. */
  readonly names: readonly (keyof Timing)[];
  /** Of the detector, the option that it speaks of. */
  readonly part?: 'checkTtlMs' | 'passIntervalMs';
  /** What would be right, if all of them are known and it does not hold. */
  readonly broken: (draft: TimingDraft) => O.Option<string>;
}

function relation<N extends keyof Timing>(
  names: readonly N[],
  holds: (timing: Pick<Timing, N>) => boolean,
  expected: (timing: Pick<Timing, N>) => string,
): TimingRelation {
  return {
    names,
    broken: (draft) =>
      pipe(
        names,
        O.traverseArray((name) =>
          pipe(
            draft[name],
            O.map((value) => [name, value] as const),
          ),
        ),
        O.map((entries) => Object.fromEntries(entries) as Pick<Timing, N>),
        O.filter((timing) => !holds(timing)),
        O.map(expected),
      ),
  };
}

const ms = (value: number): string => `${value} ms`;

type Cover = Pick<Timing, 'relyOnFencing' | 'lockDelayMs' | 'clockDrift'>;

const coverNames = ['lockDelayMs', 'clockDrift', 'relyOnFencing'] as const;

/** Whether the lock-delay has room for any lease, or needs none. Where not, that alone is reported. */
const hasRoom = ({ relyOnFencing, lockDelayMs, clockDrift }: Cover): boolean =>
  relyOnFencing || longestCoveredLeaseMs(lockDelayMs, clockDrift) >= timingLimits.leaseMs.min;

const roomForLease = relation(coverNames, hasRoom, ({ clockDrift }) => {
  const least = Math.ceil(timingLimits.leaseMs.min / (1 - clockDrift));
  return (
    `Give a lockDelayMs of at least ${ms(least)}: the lease must end within it and leave time for ` +
    'requests. Or set relyOnFencing to true if what you write to checks fencing tokens: two ' +
    'processes may then lead at once.'
  );
});

const leaseWithinLockDelay = relation(
  ['leaseMs', ...coverNames],
  (timing) =>
    timing.relyOnFencing ||
    !hasRoom(timing) ||
    timing.leaseMs <= longestCoveredLeaseMs(timing.lockDelayMs, timing.clockDrift),
  ({ leaseMs, lockDelayMs, clockDrift }) =>
    `leaseMs (${ms(leaseMs)}) must be at most lockDelayMs x (1 - clockDrift) = ` +
    `${ms(longestCoveredLeaseMs(lockDelayMs, clockDrift))}, or another process may become leader ` +
    'before the lease ends. Or set relyOnFencing to true if what you write to checks fencing tokens.',
);

const leaseWithinTtl = relation(
  ['leaseMs', 'sessionTtlMs', 'relyOnFencing'],
  ({ relyOnFencing, leaseMs, sessionTtlMs }) => !relyOnFencing || leaseMs <= sessionTtlMs,
  ({ leaseMs, sessionTtlMs }) =>
    `With relyOnFencing, leaseMs (${ms(leaseMs)}) must be at most sessionTtlMs ` +
    `(${ms(sessionTtlMs)}), because Consul may end the session after that.`,
);

const stopWithinLease = relation(
  ['stopBudgetMs', 'leaseMs', ...coverNames],
  (timing) => !hasRoom(timing) || timing.stopBudgetMs < timing.leaseMs,
  ({ stopBudgetMs, leaseMs }) =>
    `stopBudgetMs (${ms(stopBudgetMs)}) must be less than leaseMs (${ms(leaseMs)}), because ` +
    'it is the last part of the lease.',
);

const renewalWithinTtl = relation(
  ['renewIntervalMs', 'requestTimeoutMs', 'sessionTtlMs'],
  ({ renewIntervalMs, requestTimeoutMs, sessionTtlMs }) =>
    renewIntervalMs + requestTimeoutMs <= sessionTtlMs,
  ({ renewIntervalMs, requestTimeoutMs, sessionTtlMs }) =>
    `renewIntervalMs (${ms(renewIntervalMs)}) + requestTimeoutMs (${ms(requestTimeoutMs)}) must be ` +
    `at most sessionTtlMs (${ms(sessionTtlMs)}), or one slow renewal can lose the session.`,
);

const evidenceWithinLease = relation(
  ['evidenceIntervalMs', 'requestTimeoutMs', 'stopBudgetMs', 'leaseMs', ...coverNames],
  (timing) =>
    !hasRoom(timing) ||
    // A stop budget that eats the lease is reported by itself.
    timing.stopBudgetMs >= timing.leaseMs ||
    timing.evidenceIntervalMs + 2 * timing.requestTimeoutMs <= timing.leaseMs - timing.stopBudgetMs,
  ({ evidenceIntervalMs, requestTimeoutMs, leaseMs, stopBudgetMs }) =>
    `evidenceIntervalMs (${ms(evidenceIntervalMs)}) + 2 x requestTimeoutMs ` +
    `(${ms(requestTimeoutMs)}) must be at most leaseMs (${ms(leaseMs)}) - stopBudgetMs ` +
    `(${ms(stopBudgetMs)}) = ${ms(leaseMs - stopBudgetMs)}, or one lost request ends the lease.`,
);

const passWithinCheckTtl: TimingRelation = {
  ...relation(
    ['detector'],
    ({ detector }) =>
      detector.kind === 'sessionTtl' || 2 * detector.passIntervalMs <= detector.checkTtlMs,
    ({ detector }) =>
      detector.kind === 'sessionTtl'
        ? ''
        : `Give at most half of checkTtlMs (${ms(detector.checkTtlMs)}), or one lost pass ends the session.`,
  ),
  part: 'passIntervalMs',
};

const checkWithinSession: TimingRelation = {
  ...relation(
    ['detector', 'sessionTtlMs'],
    ({ detector, sessionTtlMs }) =>
      detector.kind === 'sessionTtl' || detector.checkTtlMs <= 2 * sessionTtlMs,
    ({ sessionTtlMs }) =>
      `detector.checkTtlMs must be at most 2 x sessionTtlMs = ${ms(2 * sessionTtlMs)}, because ` +
      'Consul ends the session of a crashed process by then anyway.',
  ),
  part: 'checkTtlMs',
};

/** Everything that must hold between the timings of an election. */
export const timingRelations: readonly TimingRelation[] = [
  roomForLease,
  leaseWithinLockDelay,
  leaseWithinTtl,
  stopWithinLease,
  renewalWithinTtl,
  evidenceWithinLease,
  passWithinCheckTtl,
  checkWithinSession,
];
