import { explainTiming } from '../../lib/config/explain/explainTiming.js';
import type { TimingExplanation } from '../../lib/config/explain/explanation.js';
import type { Timeline } from './timeline.js';

const usual = explainTiming();
const { timing, crashFailoverMs, handoverMs, margins, roundTripMs } = usual;
const { sessionTtlMs, lockDelayMs, leaseMs, stopBudgetMs, renewIntervalMs } = timing;
const { evidenceIntervalMs } = timing;

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;
const every = (intervalMs: number, fromMs: number, untilMs: number): number[] =>
  Array.from(
    { length: Math.floor((untilMs - fromMs) / intervalMs) + 1 },
    (_, index) => fromMs + index * intervalMs,
  );

interface Crash {
  readonly name: string;
  readonly title: string;
  readonly explained: TimingExplanation;
  /** What Consul hears from a living process, and what it makes of it. */
  readonly sign: { readonly label: string; readonly everyMs: number };
  /** How long Consul waits for another sign. */
  readonly patience: { readonly text: string; readonly ms: number };
  readonly stepMs: number;
}

/** A leader that crashes just after a sign of life: the longest failover of all. */
function crash({ name, title, explained, sign, patience, stepMs }: Crash): Timeline {
  const { timing, crashFailoverMs } = explained;
  const crashMs = 2 * sign.everyMs;
  const endMs = crashMs + patience.ms;
  const freeMs = endMs + timing.lockDelayMs;
  const leadsMs = crashMs + crashFailoverMs.worst;
  const untilMs = Math.ceil(leadsMs * 1.12);
  return {
    ...{ name, title, untilMs, stepMs },
    lanes: [
      {
        label: 'process A',
        spans: [{ fromMs: 0, toMs: crashMs, text: 'leads', kind: 'leader' }],
        marks: [{ atMs: crashMs, kind: 'cross', text: 'crashes' }],
      },
      {
        label: sign.label,
        spans: [{ fromMs: 0, toMs: endMs, text: 'kept by Consul', kind: 'follower' }],
        marks: every(sign.everyMs, 0, crashMs).map((atMs) => ({ atMs, kind: 'tick' as const })),
      },
      {
        label: 'lock',
        spans: [
          { fromMs: 0, toMs: endMs, text: 'held by A', kind: 'leader' },
          { fromMs: endMs, toMs: freeMs, text: 'lock-delay', kind: 'delay' },
          { fromMs: leadsMs, toMs: untilMs, text: 'B', kind: 'leader' },
        ],
      },
      {
        label: 'process B',
        spans: [
          { fromMs: 0, toMs: leadsMs, text: 'follows', kind: 'follower' },
          { fromMs: leadsMs, toMs: untilMs, text: 'leads', kind: 'leader' },
        ],
      },
    ],
    measures: [
      { fromMs: crashMs, toMs: endMs, text: patience.text },
      { fromMs: endMs, toMs: freeMs, text: `lock-delay: ${seconds(timing.lockDelayMs)}` },
      {
        fromMs: crashMs,
        toMs: leadsMs,
        text: `failover: at most ${seconds(crashFailoverMs.worst)}`,
      },
    ],
  };
}

/** The picture of the default detector, which sees that a session is not renewed any more. */
const sessionTtlCrash = (): Timeline =>
  crash({
    ...{ name: 'crash', title: 'A leader crashes', explained: usual, stepMs: 5_000 },
    sign: { label: 'session of A', everyMs: renewIntervalMs },
    patience: { text: `2 x TTL: ${seconds(2 * sessionTtlMs)}`, ms: 2 * sessionTtlMs },
  });

/** The picture of the detector that sees that a check is not passed any more. */
function ttlCheckCrash(): Timeline {
  const explained = explainTiming({ preset: 'fast' });
  const { detector } = explained.timing;
  if (detector.kind !== 'ttlCheck') throw new Error('The preset has another detector.');
  const { checkTtlMs, passIntervalMs } = detector;
  return crash({
    ...{ name: 'ttlCheck', title: 'A leader with a TTL check crashes', explained, stepMs: 200 },
    sign: { label: 'check, session', everyMs: passIntervalMs },
    patience: { text: `TTL of the check: ${seconds(checkTtlMs)}`, ms: checkTtlMs },
  });
}

/** The worst that can happen to a lease: the session ends just after the last confirmation was sent. */
function lease(): Timeline {
  const confirmedMs = 2 * evidenceIntervalMs;
  const endMs = confirmedMs + leaseMs;
  const nextMs = confirmedMs + lockDelayMs;
  const untilMs = nextMs + 3_500;
  const confirmations = every(evidenceIntervalMs, 0, confirmedMs);
  return {
    ...{ name: 'lease', title: 'A lease ends before the lock-delay', untilMs, stepMs: 2_000 },
    lanes: [
      {
        label: 'process A',
        spans: [{ fromMs: 0, toMs: endMs - stopBudgetMs, text: 'leads', kind: 'leader' }],
        marks: confirmations.map((atMs) => ({ atMs, kind: 'tick' as const })),
      },
      {
        label: 'lease of A',
        spans: [
          { fromMs: 0, toMs: endMs, text: 'extended by each confirmation', kind: 'follower' },
        ],
      },
      {
        label: 'session of A',
        spans: [{ fromMs: 0, toMs: confirmedMs, text: 'kept', kind: 'follower' }],
        marks: [{ atMs: confirmedMs, kind: 'cross', text: 'ends' }],
      },
      {
        label: 'lock',
        spans: [
          { fromMs: 0, toMs: confirmedMs, text: 'held by A', kind: 'leader' },
          { fromMs: confirmedMs, toMs: nextMs, text: 'lock-delay: given to nobody', kind: 'delay' },
          { fromMs: nextMs, toMs: untilMs, text: 'held by B', kind: 'leader' },
        ],
      },
    ],
    measures: [
      { fromMs: confirmedMs, toMs: endMs, text: `leaseMs: ${seconds(leaseMs)}` },
      { fromMs: endMs - stopBudgetMs, toMs: endMs, text: `stopBudgetMs: ${seconds(stopBudgetMs)}` },
      { fromMs: confirmedMs, toMs: nextMs, text: `lockDelayMs: ${seconds(lockDelayMs)}` },
      { fromMs: endMs, toMs: nextMs, text: `margin: ${margins.nominalMs} ms` },
    ],
  };
}

/** A leader that resigns, and whose work takes all the time that it may to stop. */
function handover(): Timeline {
  const resignsMs = 150;
  const releasedMs = resignsMs + stopBudgetMs;
  const leadsMs = releasedMs + handoverMs.typical;
  const untilMs = leadsMs + 250;
  return {
    ...{ name: 'handover', title: 'A leader resigns', untilMs, stepMs: 200 },
    lanes: [
      {
        label: 'process A',
        spans: [
          { fromMs: 0, toMs: resignsMs, text: 'leads', kind: 'leader' },
          {
            fromMs: resignsMs,
            toMs: releasedMs,
            text: 'follows: its work drains',
            kind: 'follower',
          },
        ],
        marks: [{ atMs: resignsMs, kind: 'tick', text: 'resign()' }],
      },
      {
        label: 'session of A',
        spans: [
          { fromMs: 0, toMs: releasedMs + 2 * roundTripMs, text: 'kept alive', kind: 'follower' },
        ],
      },
      {
        label: 'lock',
        spans: [
          { fromMs: 0, toMs: releasedMs, text: 'held by A', kind: 'leader' },
          { fromMs: leadsMs, toMs: untilMs, text: 'held by B', kind: 'leader' },
        ],
      },
      {
        label: 'process B',
        spans: [
          { fromMs: 0, toMs: leadsMs, text: 'follows', kind: 'follower' },
          { fromMs: leadsMs, toMs: untilMs, text: 'leads', kind: 'leader' },
        ],
      },
    ],
    measures: [
      { fromMs: resignsMs, toMs: releasedMs, text: `drain: at most ${stopBudgetMs} ms` },
      { fromMs: releasedMs, toMs: leadsMs, text: `two round trips: ${handoverMs.typical} ms` },
    ],
  };
}

/** A leader that stood still in the middle of a write, and wakes when another one leads. */
function fencing(): Timeline {
  const stallsMs = 4_000;
  const leadsMs = stallsMs + crashFailoverMs.worst;
  const wakesMs = leadsMs + 5_000;
  const untilMs = wakesMs + 7_000;
  return {
    ...{ name: 'fencing', title: 'A late write is refused', untilMs, stepMs: 10_000 },
    lanes: [
      {
        label: 'process A',
        spans: [
          { fromMs: 0, toMs: stallsMs, text: '41', kind: 'leader' },
          {
            fromMs: stallsMs,
            toMs: wakesMs,
            text: 'stands still in the middle of a write',
            kind: 'value',
          },
        ],
      },
      {
        label: 'storage',
        spans: [
          { fromMs: 0, toMs: leadsMs + 1_000, text: 'has seen 41', kind: 'follower' },
          { fromMs: leadsMs + 1_000, toMs: untilMs, text: 'has seen 57', kind: 'follower' },
        ],
      },
      {
        label: 'process B',
        spans: [{ fromMs: leadsMs, toMs: untilMs, text: 'leads with token 57', kind: 'leader' }],
      },
    ],
    messages: [
      { atMs: 1_500, from: 0, to: 1, text: '41' },
      { atMs: leadsMs + 1_000, from: 2, to: 1, text: '57' },
      { atMs: wakesMs, from: 0, to: 1, text: '41: refused', refused: true },
    ],
    measures: [],
  };
}

/** The pictures of the concepts, with the figures that the timings amount to. */
export const timelines: readonly Timeline[] = [
  sessionTtlCrash(),
  ttlCheckCrash(),
  lease(),
  handover(),
  fencing(),
];
