import { shown, verdictOf } from './format.mjs';

/** The outcome of a scenario for a terminal. */
export function textOf({ title, seconds, figures, missing = [], notes = [], failure }) {
  const rows = figures.map((figure) => [
    figure.name,
    shown(figure.value, figure.unit),
    figure.most === undefined ? '' : `at most ${shown(figure.most, figure.unit)}`,
    verdictOf(figure),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column].length)));
  const lines = rows.map(([name, value, most, verdict]) =>
    `  ${name.padEnd(widths[0])}  ${value.padStart(widths[1])}  ${most.padEnd(widths[2])}  ${verdict}`.trimEnd(),
  );
  return [
    `${title} (${seconds} s)`,
    ...lines,
    ...missing.map((reason) => `  Missing: ${reason}`),
    ...notes.map((note) => `  ${note}`),
    ...(failure === undefined ? [] : [`  Not measured: ${failure}`]),
    '',
  ].join('\n');
}
