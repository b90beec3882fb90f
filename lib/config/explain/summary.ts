import type { TimingRange, TimingTraffic } from './explanation.js';
import type { TimingFigures } from './figures.js';
import type { Outages } from './outages.js';

/** An explanation as text of several lines. */
export function timingSummary(figures: TimingFigures, outages: Outages): string {
  return [
    ...figureLines(figures),
    '',
    safetyLine(figures),
    '',
    ...listed('Ridden out:', outages.ridesOut),
    ...listed('Not ridden out:', outages.doesNotRideOut),
  ].join('\n');
}

function figureLines(figures: TimingFigures): readonly string[] {
  const { timing, crashFailoverMs, handoverMs, stepDownAfterMs, roundTripMs, traffic } = figures;
  return [
    `Session TTL ${ms(timing.sessionTtlMs)}, renewed every ${ms(timing.renewIntervalMs)}; ` +
      `lock-delay ${ms(timing.lockDelayMs)}.`,
    ...checkLines(figures),
    `Lease ${ms(timing.leaseMs)}, confirmed every ${ms(timing.evidenceIntervalMs)}; leadership is ` +
      `given up ${ms(timing.stopBudgetMs)} before its end.`,
    `Failover after a crash: ${range(crashFailoverMs)}.`,
    ...nodeLines(figures),
    `Handover after a resignation: about ${ms(handoverMs.typical)}, at most ` +
      `${ms(handoverMs.worst)} unless no release gets through.`,
    `Where more than two contend, taking turns adds up to ${ms(figures.longestTurnMs)}, as a rule two round trips.`,
    `A leader cut off from Consul steps down after ${ms(stepDownAfterMs.best)} to ` +
      `${ms(stepDownAfterMs.worst)}.`,
    `After any outage somebody leads again within ${ms(figures.recoveryMs)} of its end.`,
    `Requests per second: ${rate(traffic.leaderRequestsPerS)} of a leader, ` +
      `${rate(traffic.followerRequestsPerS)} of a follower${passesOf(traffic)}; none writes to the raft log.`,
    `Raft writes: ${traffic.raftWritesToJoin} to join, 1 to acquire, ${traffic.raftWritesToResign} to resign.`,
    `Counted with a round trip of ${ms(roundTripMs)}.`,
  ];
}

function checkLines({ timing: { detector } }: TimingFigures): readonly string[] {
  if (detector.kind === 'sessionTtl') return [];
  return [
    `TTL check ${ms(detector.checkTtlMs)}, passed every ${ms(detector.passIntervalMs)}; serfHealth ` +
      `${detector.serfHealth ? 'included' : 'not included'}.`,
  ];
}

/** With `sessionTtl` a lost node is a crash like any other. */
function nodeLines({ timing: { detector }, nodeFailoverMs }: TimingFigures): readonly string[] {
  if (detector.kind === 'sessionTtl') return [];
  return [`Failover after the loss of a whole node with its agent: ${range(nodeFailoverMs)}.`];
}

const passesOf = ({ passesPerS }: TimingTraffic): string =>
  passesPerS === 0 ? '' : `, ${rate(passesPerS)} of them passes that the agent answers alone`;

function safetyLine({ timing, margins, overlapMs }: TimingFigures): string {
  const rule = `the lease (${ms(timing.leaseMs)}) and the lock-delay (${ms(timing.lockDelayMs)})`;
  if (overlapMs > 0) {
    return (
      `Two processes may lead at once for up to ${ms(overlapMs)}: relyOnFencing allows the lease ` +
      `(${ms(timing.leaseMs)}) to outlast the lock-delay (${ms(timing.lockDelayMs)}), after which ` +
      'another process can take the lock of a session that ended early. Only fencing tokens, ' +
      'checked by what you write to, keep this safe.'
    );
  }
  const unneeded = timing.relyOnFencing
    ? ' relyOnFencing is set, but these timings do not need it.'
    : '';
  return (
    `Nobody else can lead before the lease ends: between ${rule} lie ${ms(margins.nominalMs)}, or ` +
    `${ms(margins.withDriftMs)} when the clocks differ by the whole drift ` +
    `(${timing.clockDrift}).${unneeded}`
  );
}

const listed = (title: string, sentences: readonly string[]): readonly string[] =>
  sentences.length === 0 ? [] : [title, ...sentences.map((sentence) => `- ${sentence}`)];

const ms = (value: number): string => `${value} ms`;

const range = ({ best, worst }: TimingRange): string => `${ms(best)} to ${ms(worst)}`;

/** Two digits that mean something. */
const rate = (value: number): string => Number(value.toPrecision(2)).toString();
