/** The value below which the part `q` of the samples lies: the nearest rank, so always one of them. */
export function quantile(samples, q) {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

export const median = (samples) => quantile(samples, 0.5);

/** What is told of a distribution. */
export const summary = (samples) => ({
  count: samples.length,
  min: Math.min(...samples),
  median: median(samples),
  p90: quantile(samples, 0.9),
  p99: quantile(samples, 0.99),
  max: Math.max(...samples),
});
