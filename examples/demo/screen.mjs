import { concat, EMPTY, interval, map, of, switchMap, tap } from 'rxjs';
import { nowMs } from './clock.mjs';
import { picture } from './picture.mjs';
import { plainLine } from './plainLine.mjs';

const frameMs = 100;

/** On a terminal the history is a picture that is redrawn in place, elsewhere a line per event. */
export function shown(stdout) {
  return stdout.isTTY && process.env.TERM !== 'dumb' ? redrawn(stdout) : written(stdout);
}

/** Operators over `{ event, history }`, which pass the histories on. */
function written(stdout) {
  return (told$) =>
    told$.pipe(
      map(({ event, history }) => {
        const line = plainLine(event, history);
        if (line !== undefined) stdout.write(`${line}\n`);
        return history;
      }),
    );
}

function redrawn(stdout) {
  const hasColours = !process.env.NO_COLOR && stdout.hasColors();
  let below = 0;
  let lastColumns = stdout.columns;

  const draw = (history) => {
    const { columns, rows } = stdout;
    const lines = picture(history, nowMs(), { columns, hasColours }).slice(0, rows - 1);
    // Lines that a narrower window has wrapped cannot be counted, so everything is drawn anew.
    const home = columns === lastColumns ? (below > 0 ? `\x1b[${below}A` : '') : '\x1b[2J\x1b[H';
    stdout.write(`${home}${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`);
    below = lines.length;
    lastColumns = columns;
  };
  const end = Symbol('end');

  return (told$) =>
    concat(told$, of(end)).pipe(
      switchMap((told) =>
        told === end
          ? EMPTY
          : concat(of(0), interval(frameMs)).pipe(
              tap(() => draw(told.history)),
              map(() => told.history),
            ),
      ),
    );
}
