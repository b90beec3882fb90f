import { quantile } from '../support/statistics.mjs';
import { shown } from './format.mjs';

const width = 760;
const left = 230;
const right = 30;
const rowHeight = 44;
const top = 16;
const axisHeight = 40;

/** Colours that keep their contrast on white and on dark; they follow the reader's scheme. */
const style = `
    text { font: 12px system-ui, sans-serif; fill: #24292f; }
    .axis { stroke: #8c959f; stroke-width: 1; }
    .grid { stroke: #8c959f; stroke-opacity: .25; }
    .dot { fill: #0969da; fill-opacity: .35; }
    .mark { stroke: #cf222e; stroke-width: 2; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .dot { fill: #58a6ff; }
      .mark { stroke: #ff7b72; }
    }`;

/**
 * Distributions under one another on one logarithmic axis: each sample a dot, with marks at the median
 * and at p99.
 *
 * @param title - what the plot says to who cannot see it
 * @param rows - `{ name, samples }`, all in the unit
 */
export function plotOf(title, rows, unit) {
  const all = rows.flatMap(({ samples }) => samples).filter((value) => value > 0);
  const scale = logScale(Math.min(...all), Math.max(...all));
  const bottom = top + rows.length * rowHeight;
  const size = `${width} ${bottom + axisHeight}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" role="img" aria-label="${escaped(title)}">
  <title>${escaped(title)}</title>
  <style>${style}
  </style>
${scale.ticks.map((tick) => axisTick(scale.x(tick), bottom, shown(tick, unit))).join('\n')}
  <line class="axis" x1="${left}" y1="${bottom}" x2="${width - right}" y2="${bottom}"/>
${rows.map((row, at) => rowOf(row, top + at * rowHeight, scale, unit)).join('\n')}
</svg>
`;
}

function rowOf({ name, samples }, y, { x }, unit) {
  const middle = y + rowHeight / 2;
  const [median, p99] = [quantile(samples, 0.5), quantile(samples, 0.99)];
  const dots = samples.map((value, at) => {
    // Spread over the height of the row by the number of the sample, so that a plot is reproducible.
    const offset = ((at * 0.618034) % 1) * 18 - 9;
    return `<circle class="dot" cx="${round(x(value))}" cy="${round(middle + offset)}" r="2"/>`;
  });
  return `  <text x="${left - 12}" y="${middle - 2}" text-anchor="end">${escaped(name)}</text>
  <text x="${left - 12}" y="${middle + 13}" text-anchor="end">${shown(median, unit)}, p99 ${shown(p99, unit)}</text>
  ${dots.join('')}
  ${[median, p99].map((value) => mark(x(value), middle)).join('')}`;
}

const mark = (x, middle) =>
  `<line class="mark" x1="${round(x)}" y1="${middle - 14}" x2="${round(x)}" y2="${middle + 14}"/>`;

const axisTick = (x, bottom, label) =>
  `  <line class="grid" x1="${round(x)}" y1="${top}" x2="${round(x)}" y2="${bottom}"/>
  <text x="${round(x)}" y="${bottom + 18}" text-anchor="middle">${label}</text>`;

/** From just below the least to just above the greatest, with ticks as close as they can be read. */
function logScale(least, greatest) {
  const [from, to] = [Math.log10(least * 0.9), Math.log10(greatest * 1.1)];
  const x = (value) => left + ((Math.log10(value) - from) / (to - from)) * (width - left - right);
  const steps = to - from > 2 ? [1] : to - from > 1 ? [1, 3] : [1, 2, 5];
  const ticks = Array.from({ length: 12 }, (_, at) => 10 ** (at - 4))
    .flatMap((decade) => steps.map((step) => Number((step * decade).toPrecision(3))))
    .filter((tick) => Math.log10(tick) >= from && Math.log10(tick) <= to);
  return { x, ticks };
}

const round = (value) => Math.round(value * 10) / 10;

const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
