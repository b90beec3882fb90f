import { EMPTY, interval, map, merge } from 'rxjs';
import { nowMs } from './processes.mjs';

/** How a contender's state is drawn: apart by form, and by colour where there is one. */
const states = {
  Leader: { glyph: '█', colour: 32, meaning: 'leads' },
  Follower: { glyph: '░', colour: 36, meaning: 'follows' },
  Unsure: { glyph: '?', colour: 33, meaning: 'does not know' },
  Gone: { glyph: '·', colour: 90, meaning: 'gone' },
  Killed: { glyph: 'x', colour: 31, meaning: 'killed' },
};

const frameMs = 100;
const labelWidth = 8;

/** Writes a line for each event; on a terminal a picture of the time so far stays below the lines. */
export function screenOf(stdout, { event$, record }, plannedMs) {
  const startedAtMs = nowMs();
  const isTerminal = stdout.isTTY && process.env.TERM !== 'dumb';
  const hasColours = isTerminal && !process.env.NO_COLOR && stdout.hasColors();
  const paint = (colour, text) => (hasColours ? `\x1b[${colour}m${text}\x1b[0m` : text);
  let below = 0;

  const write = (event) => {
    const isTold = event !== undefined && !isRepeated(event, record);
    const lines = isTold ? linesOf(event, startedAtMs, paint) : [];
    const nowHere = { startedAtMs, nowMs: nowMs(), plannedMs, columns: stdout.columns || 80 };
    const picture = isTerminal ? pictureOf(record, nowHere, paint) : [];
    // Up to where the last picture began, and away with it.
    const erase = below > 0 ? `\x1b[${below}A\x1b[J` : '';
    if (lines.length + picture.length === 0) return;
    stdout.write(erase + [...lines, ...picture].map((line) => `${line}\n`).join(''));
    below = picture.length;
  };
  const frame$ = isTerminal ? interval(frameMs).pipe(map(() => undefined)) : EMPTY;
  const shown = merge(event$, frame$).subscribe(write);
  return { close: () => shown.unsubscribe() };
}

/** Each try that fails is an event; the first in a row is enough. */
function isRepeated(event, record) {
  const previous = record.findLast((one) => one !== event && one.name === event.name);
  return event.kind === 'Error' && previous?.kind === 'Error';
}

/** An event as it is told, if it is. */
function linesOf(event, startedAtMs, paint) {
  const tell = tellings[event.kind];
  if (tell === undefined) return [];
  const clock = `${((event.atMs - startedAtMs) / 1_000).toFixed(3).padStart(7)} s  `;
  const colour = event.kind === 'Said' ? 1 : states[stateAfter(event)].colour;
  return [tell(event)]
    .flat()
    .map((line, index) => (index === 0 ? clock : ' '.repeat(clock.length)) + paint(colour, line));
}

const tellings = {
  Said: ({ lines }) => lines,
  Started: ({ name, pid }) => `${name} starts (pid ${pid})`,
  Leader: ({ name, token }) => `${name} leads (token ${token})`,
  Follower: ({ name, leader }) => `${name} follows ${leader ?? 'nobody'}`,
  Error: ({ name, message }) => `${name} does not know who leads: ${message}`,
  Exited: ({ name, code, signal }) => `${name} is gone (${signal ?? `exit code ${code}`})`,
};

function stateAfter({ kind, signal }) {
  if (kind === 'Exited') return signal === 'SIGKILL' ? 'Killed' : 'Gone';
  return kind in states ? kind : 'Unsure';
}

/** A strip for each contender, an axis and a legend. The show fits; if it takes longer, it shrinks. */
function pictureOf(record, { startedAtMs, nowMs, plannedMs, columns }, paint) {
  const cells = Math.max(columns - labelWidth - 1, 10);
  const elapsedMs = nowMs - startedAtMs;
  const cellMs = Math.max(plannedMs, elapsedMs) / cells;
  const told = record.filter(({ kind }) => kind !== 'Said' && kind !== 'Wrote');
  const names = [...new Set(told.map(({ name }) => name))];
  const middles = Array.from(
    { length: Math.ceil(elapsedMs / cellMs) },
    (_, cell) => startedAtMs + Math.min((cell + 0.5) * cellMs, elapsedMs),
  );
  const strip = (name) => {
    const own = told.filter((event) => event.name === name);
    return middles.map((middleMs) => {
      const last = own.findLast(({ atMs }) => atMs <= middleMs);
      const { glyph, colour } = states[stateAfter(last ?? own[0])];
      return paint(colour, glyph);
    });
  };
  const legend = Object.values(states).map(({ glyph, meaning }) => `${glyph} ${meaning}`);
  return [
    '',
    ...names.map((name) => name.padEnd(labelWidth) + strip(name).join('')),
    ' '.repeat(labelWidth) + axis(cells, cellMs),
    legend.join('   ').slice(0, columns - 1),
  ];
}

/** Every fifth second below the cell in which it begins, where there is room. */
function axis(cells, cellMs) {
  const ticks = Math.floor((cells * cellMs) / 5_000);
  return Array.from({ length: ticks + 1 }, (_, tick) => tick * 5).reduce((line, second) => {
    const cell = Math.floor((second * 1_000) / cellMs);
    const hasRoom = (line === '' || line.length < cell) && cell + `${second}`.length <= cells;
    return hasRoom ? line.padEnd(cell) + second : line;
  }, '');
}
