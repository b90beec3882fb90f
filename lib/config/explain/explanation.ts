import type { Timing } from '../model/settings.js';

/** The shortest and the longest time that something takes, in milliseconds. */
export interface TimingRange {
  /** At best, in milliseconds. */
  readonly best: number;
  /** At worst, in milliseconds. */
  readonly worst: number;
}

/** What is taken for granted where the timings are explained. */
export interface TimingAssumptions {
  /**
   * Time from a request to its answer, in milliseconds. Defaults to 1: on loopback, Consul 1.8.7
   * answered an acquisition in 0.6 ms and a release reached a watcher in 1.0 ms (medians of 200).
   * Within one datacenter expect about the same, between datacenters the round trip of the network.
   */
  readonly roundTripMs?: number;
}

/** How far the end of a lease lies before the moment at which somebody else can lead. */
export interface TimingMargins {
  /**
   * Milliseconds from the end of the lease to the earliest moment at which another process can hold
   * the lock, when both clocks run at the same rate. Negative: both may lead for that long.
   */
  readonly nominalMs: number;
  /** The same, in milliseconds, when this process' clock runs slow by the whole `clockDrift`. */
  readonly withDriftMs: number;
  /** The same with the drift, in milliseconds from the moment at which the work is told to stop. */
  readonly fromStepDownMs: number;
}

/** What an election costs Consul while nobody comes or goes. */
export interface TimingTraffic {
  /** Requests of a leader per second: confirmations, renewals, passes of a check, and long polls. */
  readonly leaderRequestsPerS: number;
  /** Requests of a follower per second. */
  readonly followerRequestsPerS: number;
  /** How many of these are passes of a check, which the agent answers alone. */
  readonly passesPerS: number;
  /** Entries of the raft log per hour: none of the requests writes one. */
  readonly raftWritesPerHour: number;
  /** Entries of the raft log for a process that joins: its session, and its check if it has one. */
  readonly raftWritesToJoin: number;
  /** Entries of the raft log for a leader that resigns; a follower needs one less, having no lock. */
  readonly raftWritesToResign: number;
}

/** How long a handover takes, in milliseconds. */
export interface HandoverTime {
  /** When every request is answered at once and nothing has to be drained. */
  readonly typical: number;
  /** When it takes all the time that it may. */
  readonly worst: number;
}

/**
 * What the timings of an election amount to; see {@link explainTiming}. All in milliseconds.
 *
 * No figure covers a key that somebody deletes, or a Consul that is restored from a snapshot: there
 * only fencing tokens help. A process that starts after all others have crashed leaves a free lock alone
 * for `lockDelayMs` first.
 */
export interface TimingExplanation {
  /** The timings with everything that was not given filled in. */
  readonly timing: Timing;
  /** The round trip that was counted with. */
  readonly roundTripMs: number;
  /**
   * From the crash of a leader to the next one. Consul drops a session at twice its TTL after the
   * last renewal, or with a `ttlCheck` as soon as the check turns critical, its TTL after the last
   * pass; then it keeps the lock for the lock-delay. Two round trips follow, the waking of the watch
   * and the acquisition. Best: it crashed just before a renewal or a pass was due; worst: just after
   * one. A raft election during that time starts the TTL of the session anew and is not counted.
   */
  readonly crashFailoverMs: TimingRange;
  /**
   * From the loss of a whole node, its agent included, to the next leader. The timer of a check dies
   * with its agent: then it is `serfHealth` that ends the session, after 6 to 7 s as measured on
   * Consul 1.8.7 with its default gossip, or else the TTL of the session.
   */
  readonly nodeFailoverMs: TimingRange;
  /**
   * From the moment a leader gives up the lock to the next leader. Typical: the work ends at once,
   * and a round trip each wakes the watch and acquires. Worst: `beforeRelease` takes the whole stop
   * budget, and the first release is lost and sent again after its timeout. If no release gets
   * through, it is a crash for the others, and {@link crashFailoverMs} counts.
   */
  readonly handoverMs: HandoverTime;
  /**
   * What contention can add to a failover or a handover: where more than two contend, they take turns, so
   * that they do not all write to Consul's raft log at once. They aim at two round trips; this much it
   * is at most, for a contender that takes itself for one of many and has become the only one.
   */
  readonly longestTurnMs: number;
  /**
   * For how long a leader that is cut off from Consul goes on believing that it leads. Best: it was
   * cut off just before the next confirmation arrived; worst: just after one was sent.
   */
  readonly stepDownAfterMs: TimingRange;
  /**
   * From the moment at which nothing goes wrong any more, whatever went wrong before, until somebody
   * leads, at worst: sessions may have to end, and polls whose answers were lost to time out. With the
   * default backoff, or one whose `maxDelayMs` is not longer.
   */
  readonly recoveryMs: number;
  /** How far lease and next leader are apart. */
  readonly margins: TimingMargins;
  /** For how long two processes may lead at once; 0 unless `relyOnFencing` allows it. */
  readonly overlapMs: number;
  /**
   * An outage of Consul, of its agent or of the network shorter than this, begun at any moment, does
   * not change the state of a leader. 0 when none is certain to be ridden out.
   */
  readonly longestOutageMs: number;
  /**
   * The same for an outage of Consul's servers alone, during which the agent still answers: longer
   * where a `ttlCheck` has to be passed at the agent.
   */
  readonly longestServerOutageMs: number;
  /** What it costs Consul. */
  readonly traffic: TimingTraffic;
  /** What does not change the state of a leader, a sentence each. */
  readonly ridesOut: readonly string[];
  /** What does or may change it, a sentence each. */
  readonly doesNotRideOut: readonly string[];
  /** All of this as text of several lines. */
  readonly summary: string;
}
