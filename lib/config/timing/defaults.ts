import { sequenceT } from 'fp-ts/lib/Apply.js';
import * as O from 'fp-ts/lib/Option.js';
import type { DetectorOptions, TimingOptions } from '../model/options.js';
import type { Detector, Timing } from '../model/settings.js';

/** A timing of which single fields may be unknown, because what stood there was refused. */
export type TimingDraft = { readonly [Name in keyof Timing]: O.Option<Timing[Name]> };

/**
 * The longest lease that a lock-delay covers, in whole milliseconds: even on a clock that runs slow
 * by the drift it ends before anybody else can take the lock.
 */
export function longestCoveredLeaseMs(lockDelayMs: number, clockDrift: number): number {
  // 9 000 x (1 - 0.07) is 8369.999... in floating point; a nanosecond makes no lease unsafe.
  return Math.floor(lockDelayMs * (1 - clockDrift) + 1e-6);
}

/** A tenth of the lease for the end of the work, and no more than most shutdowns need. */
const stopBudgetOf = (leaseMs: number): number => Math.min(500, Math.floor(leaseMs / 10));

/** A quarter of the time that counts leaves room for a confirmation, one that fails, and one more. */
const quarterOf = (leaseMs: number, stopBudgetMs: number): number =>
  Math.max(1, Math.floor((leaseMs - stopBudgetMs) / 4));

/**
 * With what Consul adds, an answer comes within 47.8 s: proxies cut a request off after 50 or 60 s, HAProxy's usual
 * example, nginx and AWS load balancers by default.
 */
const defaultWatchWaitMs = 45_000;

/** A new raft leader answered new requests after 2.5 s; waiting longer for an old one is in vain. */
const maxRequestTimeoutMs = 2_500;

/**
 * Fills in what was not given.
 *
 * @param options - the timings that were accepted by themselves
 * @param refused - names of those that were not: they and what derives from them stay unknown
 */
export function withTimingDefaults(
  options: TimingOptions,
  refused: ReadonlySet<string>,
): TimingDraft {
  const settle: Settle = (name, byDefault) => {
    if (refused.has(name)) return O.none;
    const given = options[name] as Timing[typeof name] | undefined;
    return given === undefined ? byDefault() : O.some(given);
  };
  const base = {
    sessionTtlMs: settle('sessionTtlMs', () => O.some(10_000)),
    lockDelayMs: settle('lockDelayMs', () => O.some(10_000)),
    clockDrift: settle('clockDrift', () => O.some(0.01)),
    relyOnFencing: settle('relyOnFencing', () => O.some(false)),
    watchWaitMs: settle('watchWaitMs', () => O.some(defaultWatchWaitMs)),
  };
  const detectorRefused = [...refused].some((path) => /^detector(\.|$)/.test(path));
  const thirdOfTtl = O.map((ttlMs: number) => Math.floor(ttlMs / 3));
  return {
    ...base,
    renewIntervalMs: settle('renewIntervalMs', () => thirdOfTtl(base.sessionTtlMs)),
    ...leaseParts(base, settle),
    detector: detectorRefused
      ? O.none
      : O.some(options.detector ? resolveDetector(options.detector) : defaultDetector),
  };
}

type Settle = <N extends Exclude<keyof Timing, 'detector'>>(
  name: N,
  byDefault: () => O.Option<Timing[N]>,
) => O.Option<Timing[N]>;

type LeaseBasis = 'sessionTtlMs' | 'lockDelayMs' | 'clockDrift' | 'relyOnFencing';

type LeasePart = 'leaseMs' | 'stopBudgetMs' | 'evidenceIntervalMs' | 'requestTimeoutMs';

function leaseParts(
  base: Pick<TimingDraft, LeaseBasis>,
  settle: Settle,
): Pick<TimingDraft, LeasePart> {
  const covered = O.map(([delay, drift]: readonly [number, number]) =>
    longestCoveredLeaseMs(delay, drift),
  )(sequenceT(O.Apply)(base.lockDelayMs, base.clockDrift));
  const longest = O.chain((fenced: boolean) => (fenced ? base.sessionTtlMs : covered));
  const leaseMs = settle('leaseMs', () => longest(base.relyOnFencing));
  const stopBudgetMs = settle('stopBudgetMs', () => O.map(stopBudgetOf)(leaseMs));
  const quarterMs = O.map(([lease, stop]: readonly [number, number]) => quarterOf(lease, stop))(
    sequenceT(O.Apply)(leaseMs, stopBudgetMs),
  );
  const bounded = O.map((quarter: number) => Math.min(maxRequestTimeoutMs, quarter));
  return {
    leaseMs,
    stopBudgetMs,
    evidenceIntervalMs: settle('evidenceIntervalMs', () => quarterMs),
    requestTimeoutMs: settle('requestTimeoutMs', () => bounded(quarterMs)),
  };
}

/** How Consul learns of a crash when nothing else is asked for. */
const defaultDetector: Detector = { kind: 'sessionTtl' };

const defaultServiceName = 'rxjs-leader-election';

/** Completes what was given of a detector. */
function resolveDetector(options: DetectorOptions): Detector {
  if (options.kind === 'sessionTtl') return { kind: 'sessionTtl' };
  const { kind, checkTtlMs, passIntervalMs, serfHealth, serviceName } = options;
  return {
    kind,
    checkTtlMs,
    // A pass that is lost still leaves time for its timeout, a pause and another one.
    passIntervalMs: passIntervalMs ?? Math.floor(checkTtlMs / 4),
    serfHealth: serfHealth ?? true,
    serviceName: serviceName ?? defaultServiceName,
  };
}
