/** Milliseconds on the monotonic clock, which all processes of one machine share. */
export const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
