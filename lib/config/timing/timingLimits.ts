/** The bounds of each timing by itself; how they bound each other is said in `timingRelations`. */
export const timingLimits = {
  /** Consul's own limits. Source: https://developer.hashicorp.com/consul/api-docs/session. */
  sessionTtlMs: { min: 10_000, max: 86_400_000 },
  /** Consul silently shortens a longer lock-delay to 60 s, and a lease that counted on it would be unsafe. */
  lockDelayMs: { min: 0, max: 60_000 },
  /** A shorter lease leaves requests under 25 ms: one slow answer or pause of the process would end it. */
  leaseMs: { min: 100, max: 86_400_000 },
  stopBudgetMs: { min: 0, max: 86_400_000 },
  renewIntervalMs: { min: 1, max: 86_400_000 },
  evidenceIntervalMs: { min: 1, max: 86_400_000 },
  requestTimeoutMs: { min: 1, max: 86_400_000 },
  /** A shorter wait is polling; a longer one delays the repair of a watch after a restored snapshot. */
  watchWaitMs: { min: 1_000, max: 60_000 },
  /**
   * A pass that is lost leaves little more than an eighth of the TTL to the next one. Below 25 ms of
   * that, one garbage collection or one busy moment of the machine would end sessions that are well.
   */
  checkTtlMs: { min: 200, max: 86_400_000 },
  passIntervalMs: { min: 1, max: 86_400_000 },
  /** Clocks of machines differ by parts in ten thousand; a tenth covers any that still works. */
  clockDrift: { min: 0, max: 0.1 },
} as const;
