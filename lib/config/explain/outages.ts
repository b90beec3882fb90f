import { usableLeaseMs, type TimingFigures } from './figures.js';

/** What an election rides out and what not, a sentence each. */
export interface Outages {
  readonly ridesOut: readonly string[];
  readonly doesNotRideOut: readonly string[];
}

interface OutageEffect {
  readonly isRiddenOut: boolean;
  readonly sentence: string;
}

/**
 * How long a 3-server cluster refused renewals after its raft leader was killed, as measured on
 * Consul 1.8.7: from the fastest to the slowest run, by `raft_multiplier`.
 */
const raftElections = [
  { name: 'raft_multiplier 1', fastestMs: 2_600, slowestMs: 3_500 },
  { name: 'the default raft_multiplier, 5', fastestMs: 14_200, slowestMs: 19_600 },
];

/** The sentences about outages, computed from the figures. */
export function timingOutages(figures: TimingFigures): Outages {
  const judgements = [
    ...shortOutages(figures),
    ...raftElections.map((election) => raftElection(figures, election)),
    longOutage(figures),
    longPause(figures),
    agentRestart(figures),
    operatorAction,
    slowNetwork(figures),
  ].filter((judgement) => judgement !== undefined);
  const sentences = (isRiddenOut: boolean) =>
    judgements.filter((one) => one.isRiddenOut === isRiddenOut).map(({ sentence }) => sentence);
  return { ridesOut: sentences(true), doesNotRideOut: sentences(false) };
}

function shortOutages(figures: TimingFigures): readonly OutageEffect[] {
  const { longestOutageMs, longestServerOutageMs } = figures;
  const ofServers =
    longestServerOutageMs > longestOutageMs
      ? [
          `An outage of Consul's servers shorter than ${ms(longestServerOutageMs)} does not change the state.`,
        ]
      : [];
  const ofAll =
    longestOutageMs > 0
      ? [
          `An outage of Consul, of its agent or of the network shorter than ${ms(longestOutageMs)} ` +
            'does not change the state, whenever it begins; single lost requests are part of it.',
        ]
      : [];
  return [...ofAll, ...ofServers].map((sentence) => ({ isRiddenOut: true, sentence }));
}

function raftElection(
  figures: TimingFigures,
  { name, fastestMs, slowestMs }: (typeof raftElections)[number],
): OutageEffect {
  const what = `A raft election with ${name} (${seconds(fastestMs)} to ${seconds(slowestMs)})`;
  if (slowestMs < figures.longestElectionMs) {
    return { isRiddenOut: true, sentence: `${what} does not change the state.` };
  }
  const never = fastestMs >= usableLeaseMs(figures.timing);
  const consequence = never
    ? 'outlasts the lease: the leader steps down, and regains the lock if its session survived.'
    : 'may outlast the lease, depending on its length and on when it begins: the leader may step down.';
  return { isRiddenOut: false, sentence: `${what} ${consequence}` };
}

function longOutage({ timing }: TimingFigures): OutageEffect {
  return {
    isRiddenOut: false,
    sentence: `An outage of ${ms(usableLeaseMs(timing))} or more makes the leader step down.`,
  };
}

function longPause({ timing, longestOutageMs }: TimingFigures): OutageEffect {
  const { detector } = timing;
  const sentence =
    detector.kind === 'ttlCheck' && detector.checkTtlMs < usableLeaseMs(timing)
      ? `A process that is frozen, or whose event loop is blocked, for ${ms(detector.checkTtlMs)} or ` +
        'more loses its session, and another leads after the lock-delay'
      : `A process that is frozen or suspended for ${ms(usableLeaseMs(timing))} or more no longer leads ` +
        'when it wakes';
  return {
    isRiddenOut: false,
    sentence: `${sentence}; from ${ms(longestOutageMs)} on it depends on the moment.`,
  };
}

/** With `sessionTtl` it is an outage like any other: Consul's servers keep the session. */
function agentRestart({ timing: { detector } }: TimingFigures): OutageEffect | undefined {
  if (detector.kind === 'sessionTtl') return undefined;
  return {
    isRiddenOut: false,
    sentence:
      'A restart of the agent may end the sessions of its node, and does unless it keeps its data: ' +
      `it comes back with checks in critical once ${ms(detector.checkTtlMs)} have passed. All register ` +
      'their checks again where they have to, and one leads after the lock-delay.',
  };
}

const operatorAction: OutageEffect = {
  isRiddenOut: false,
  sentence:
    'A key that somebody deletes, or a Consul that is restored from a snapshot, is covered by no ' +
    'timing: two processes may lead until the first one notices, and only fencing tokens keep that safe.',
};

function slowNetwork({ timing, roundTripMs }: TimingFigures): OutageEffect | undefined {
  if (roundTripMs <= timing.requestTimeoutMs) return undefined;
  return {
    isRiddenOut: false,
    sentence:
      `A round trip of ${ms(roundTripMs)} is longer than requestTimeoutMs ` +
      `(${ms(timing.requestTimeoutMs)}): no request succeeds and nobody ever leads.`,
  };
}

const ms = (value: number): string => `${value} ms`;

const seconds = (valueMs: number): string => `${valueMs / 1_000} s`;
