/** 5000 as `5 s`, 12340 as `12.3 s`, 800 as `800 ms`, 1.234 as `1.2 ms`. */
export function duration(valueMs) {
  if (valueMs < 100) return `${rounded(valueMs)} ms`;
  return valueMs < 1_000 ? `${Math.round(valueMs)} ms` : `${rounded(valueMs / 1_000)} s`;
}

const rounded = (value) => (Math.round(value * 10) / 10).toString();

/** 12345.67 as `12345.7 ms`. */
export const exactly = (valueMs) => `${valueMs.toFixed(1)} ms`;

/** 12345.67 since the start as `  12.346 s`. */
export const clock = (valueMs) => `${(valueMs / 1_000).toFixed(3).padStart(7)} s`;

/** A handover as `explainTiming` predicts it. */
export const predictedHandover = ({ handoverMs: { typical, worst } }) =>
  `about ${duration(typical)}, at most ${Math.ceil(worst)} ms`;

/** A failover as `explainTiming` predicts it. */
export const predictedFailover = ({ crashFailoverMs: { best, worst } }) =>
  `${Math.floor(best)} to ${Math.ceil(worst)} ms`;

/** Breaks a text into lines of at most `width` characters. */
export function wrapped(text, width) {
  return text.split(' ').reduce((lines, word) => {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) return [...lines, word];
    return [...lines.slice(0, -1), `${last} ${word}`];
  }, []);
}
