import { stateAt } from './history.mjs';
import { clock, wrapped } from './wording.mjs';

/** How a state is drawn: apart by form, and by colour where there is one. */
const blocks = {
  leading: { glyph: '█', colour: '32', meaning: 'leads' },
  following: { glyph: '░', colour: '36', meaning: 'follows' },
  unknown: { glyph: '?', colour: '33', meaning: 'does not know' },
  dead: { glyph: 'x', colour: '31', meaning: 'dead' },
  away: { glyph: '·', colour: '90', meaning: 'not taking part' },
};

/** The history as lines of a terminal. Pure, so each frame depends on nothing but its arguments. */
export function picture(history, nowMs, { columns, hasColours }) {
  const paint = (code, text) => (hasColours ? `\x1b[${code}m${text}\x1b[0m` : text);
  // A line as wide as the terminal would wrap in some.
  const width = Math.max(columns - 1, 30);
  const labels = labelsOf(history.lanes, width);
  const scale = scaleOf(history, nowMs, width - labelWidth(labels));
  const indent = ' '.repeat(labelWidth(labels));

  return [
    ...headline(history, nowMs, width, paint),
    '',
    ...history.lanes.map((lane, index) => labels[index] + strip(lane, scale, paint)),
    paint('90', indent + axis(scale)),
    '',
    ...legend(width, paint),
  ];
}

const labelWidth = (labels) => labels[0]?.length ?? 0;

/** Narrow terminals do without the process ids. */
function labelsOf(lanes, width) {
  const longest = Math.max(...lanes.map(({ name }) => name.length));
  return lanes.map(({ name, pid }) =>
    width < 50 ? `${name.padEnd(longest)} ` : `${name.padEnd(longest)} ${`${pid}`.padStart(7)}  `,
  );
}

function headline({ phase, startedAtMs }, nowMs, width, paint) {
  const titleLines = wrapped(`${clock(nowMs - startedAtMs)}  ${phase.title}`.trimStart(), width);
  return [...titleLines.map((line) => paint('1', line)), ...wrapped(phase.why, width)];
}

/** The whole show fits; should it take longer than planned, the picture shrinks. */
function scaleOf({ startedAtMs, plannedMs }, nowMs, cells) {
  const elapsedMs = nowMs - startedAtMs;
  return { startedAtMs, nowMs, elapsedMs, cells, cellMs: Math.max(plannedMs, elapsedMs) / cells };
}

/** Each cell shows what was in its middle, so that two leaders in a column are two leaders. */
function strip(lane, { startedAtMs, nowMs, elapsedMs, cells, cellMs }, paint) {
  const begun = Math.min(cells, Math.ceil(elapsedMs / cellMs));
  const drawn = Array.from({ length: begun }, (_, cell) =>
    stateAt(lane, Math.min(startedAtMs + (cell + 0.5) * cellMs, nowMs)),
  );
  return runs(drawn)
    .map(({ state, length }) =>
      state === undefined
        ? ' '.repeat(length)
        : paint(blocks[state].colour, blocks[state].glyph.repeat(length)),
    )
    .join('');
}

function runs(states) {
  return states.reduce((found, state) => {
    const last = found.at(-1);
    if (last?.state !== state) return [...found, { state, length: 1 }];
    return [...found.slice(0, -1), { state, length: last.length + 1 }];
  }, []);
}

/** Seconds below the cells in which they begin, at round numbers that leave room to read. */
function axis({ cells, cellMs }) {
  const stepMs = [1, 2, 5, 10, 20, 30, 60, 120]
    .map((s) => s * 1_000)
    .find((ms) => ms / cellMs >= 7);
  if (stepMs === undefined) return '';
  const last = Math.floor((cells * cellMs) / stepMs);
  return Array.from({ length: last + 1 }, (_, tick) => ({
    cell: Math.floor((tick * stepMs) / cellMs),
    text: `${(tick * stepMs) / 1_000}${tick === 0 ? ' s' : ''}`,
  }))
    .filter(({ cell, text }) => cell + text.length <= cells)
    .reduce((line, { cell, text }) => line.padEnd(cell) + text, '');
}

function legend(width, paint) {
  const entries = Object.values(blocks).map(({ glyph, colour, meaning }) => ({
    plain: `${glyph} ${meaning}`,
    painted: `${paint(colour, glyph)} ${meaning}`,
  }));
  const length = entries.reduce((sum, { plain }) => sum + plain.length + 3, -3);
  const painted = entries.map((entry) => entry.painted);
  return length <= width ? [painted.join('   ')] : painted;
}
