import type { Preset, TimingOptions } from '../model/options.js';

/** The timings that each preset stands for; everything else has its default. */
export const presets: Readonly<Record<Preset, Omit<TimingOptions, 'preset'>>> = {
  /** As fast as a process can fail over that also pauses now and then, for a garbage collection say. */
  fast: { detector: { kind: 'ttlCheck', checkTtlMs: 500 }, lockDelayMs: 500 },
  /** The least lease, to the second, that outlasts a raft election with raft_multiplier 1 (3.5 s). */
  balanced: {
    detector: { kind: 'ttlCheck', checkTtlMs: 3_000 },
    lockDelayMs: 7_000,
    evidenceIntervalMs: 1_000,
    requestTimeoutMs: 1_000,
  },
  /** A lease that outlasts a raft election with the default raft_multiplier (19.6 s), with some room. */
  steady: {
    detector: { kind: 'sessionTtl' },
    sessionTtlMs: 15_000,
    lockDelayMs: 30_000,
    evidenceIntervalMs: 3_000,
  },
};

/** What was given, on top of what the preset says: each timing by itself, the detector as a whole. */
export function withPreset(options: TimingOptions): TimingOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    ...(options.preset === undefined ? {} : presets[options.preset]),
    ...(Object.fromEntries(given) as TimingOptions),
  };
}
