/** The monotonic clock, in nanoseconds. All processes of a machine share it. */
export const nowNs = () => Number(process.hrtime.bigint());

/** Milliseconds between two readings of {@link nowNs}. */
export const msBetween = (fromNs, toNs) => (toNs - fromNs) / 1e6;
