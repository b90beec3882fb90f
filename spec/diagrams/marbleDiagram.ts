import type { Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { MarbleHelpers } from '../support/marbles.js';
import { arrow, box, element, line, picture, text, widthOf } from './svg.js';

/** A line of a diagram: a source that is given to the operator. */
export interface Source {
  readonly label: string;
  readonly marbles: string;
  /** When it is subscribed to and unsubscribed: a cold source. One without is hot. */
  readonly subscriptions?: readonly string[];
}

/** What an operator does, as marbles: both a spec and a picture. */
export interface MarbleDiagram {
  /** Name of the file, without the suffix. */
  readonly name: string;
  /** The operator as it stands between its sources and its result. */
  readonly title: string;
  readonly sources: readonly Source[];
  /** What the letters are; in the picture, each letter stands for itself unless it is text. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly result: string;
  /** When the result is unsubscribed, where nothing ends by itself. */
  readonly unsubscribed?: string;
  /** Applies the operator to the sources. */
  readonly apply: (
    sources: readonly Observable<unknown>[],
    helpers: MarbleHelpers,
  ) => Observable<unknown>;
}

const frame = 26;
const laneHeight = 46;
const left = 150;

/** Outside of a run the test scheduler counts ten to a character. */
const framesOf = (time: number): number => time / 10;

interface Marble {
  readonly at: number;
  readonly kind: 'N' | 'E' | 'C';
  readonly letter: string;
}

/** Reads marbles as the test scheduler does. The letters stand for themselves. */
function parsed(marbles: string): readonly Marble[] {
  return TestScheduler.parseMarbles(marbles, undefined, undefined, undefined, true).map(
    ({ frame: at, notification }) => ({
      ...{ at: framesOf(at), kind: notification.kind },
      letter: notification.kind === 'N' ? String(notification.value) : '',
    }),
  );
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly cut: boolean;
}

function spanOf(subscription: string, end: number): Span {
  const { subscribedFrame, unsubscribedFrame } = TestScheduler.parseMarblesAsSubscriptions(
    subscription,
    true,
  );
  const cut = Number.isFinite(unsubscribedFrame);
  return { from: framesOf(subscribedFrame), to: cut ? framesOf(unsubscribedFrame) : end, cut };
}

/** Draws a diagram; its height follows from its lines, its width from its longest. */
export function drawn(diagram: MarbleDiagram): string {
  const { sources, result, title, unsubscribed } = diagram;
  const frames = [...sources, { label: '', marbles: result }].flatMap(ends);
  const stop = unsubscribed === undefined ? [] : [spanOf(unsubscribed.replace('!', '^'), 0).from];
  const end = Math.max(...frames, ...stop) + 1;
  const width = left + end * frame + 40;
  const lane = (index: number): number => 40 + index * laneHeight;
  const middle = lane(sources.length) + 2;
  const resultAt = middle + laneHeight + 6;
  const operator = {
    ...{ width: Math.max(widthOf(title) + 32, end * frame), height: 34, radius: 6 },
  };
  const size = { width: Math.max(width, left + operator.width + 40), height: resultAt + 40 };
  return picture(
    size,
    `Marble diagram of ${title}`,
    ...sources.map((source, index) => sourceLane(source, lane(index), { end, diagram })),
    ...stop.map((at) => line(x(at), 20, x(at), resultAt + 18, 'dim')),
    box(left, middle - 17, operator, 'operator'),
    text(left + operator.width / 2, middle + 5, title),
    text(left - 18, resultAt + 5, 'result', { anchor: 'end' }),
    arrow(left, left + end * frame + 14, resultAt),
    marbleRow(parsed(result), resultAt, { start: 0, end, diagram }),
  );
}

const x = (at: number): number => left + at * frame + frame / 2;

/** Frames at which something of a line ends. */
function ends({ marbles, subscriptions }: Source): readonly number[] {
  const last = Math.max(0, ...parsed(marbles).map(({ at }) => at));
  if (subscriptions === undefined) return [last];
  return subscriptions.map((subscription) => {
    const { from, to, cut } = spanOf(subscription, 0);
    return cut ? to : from + last;
  });
}

interface Canvas {
  readonly end: number;
  readonly diagram: MarbleDiagram;
}

function sourceLane(source: Source, y: number, canvas: Canvas): string {
  const label = text(left - 18, y + 5, source.label, { anchor: 'end' });
  if (source.subscriptions === undefined) {
    const marbles = marbleRow(parsed(source.marbles), y, { ...canvas, start: 0 });
    return label + arrow(left, left + canvas.end * frame + 14, y) + marbles;
  }
  const lanes = source.subscriptions.map((subscription) => {
    const { from, to, cut } = spanOf(subscription, canvas.end);
    // What would come at the moment at which the subscriber leaves does not come.
    const seen = parsed(source.marbles).filter(
      ({ at, kind }) => from + at < to || (kind !== 'N' && from + at === to),
    );
    const isOver = seen.some(({ kind, at }) => kind !== 'N' && from + at === to);
    return (
      line(x(from), y, x(to), y) +
      line(x(from), y - 6, x(from), y + 6) +
      (cut && !isOver ? cutAt(x(to), y) : '') +
      marbleRow(seen, y, { ...canvas, start: from, end: to })
    );
  });
  return label + lanes.join('');
}

/** Where a subscriber leaves. */
const cutAt = (at: number, y: number): string =>
  element('path', { d: `M${at - 4} ${y - 9}L${at + 4} ${y + 9}`, class: 'line' });

function marbleRow(
  marbles: readonly Marble[],
  y: number,
  { start, end, diagram }: Canvas & { readonly start: number },
): string {
  const together = new Map<number, number>();
  const bands = marbles.map((marble, index) => {
    const state = stateOf(diagram.values[marble.letter]);
    const until = marbles[index + 1]?.at ?? end - start;
    if (state === undefined) return '';
    const size = { width: (until - marble.at) * frame, height: 14 };
    return box(x(start + marble.at), y - 7, size, `${state} band`);
  });
  const shapes = marbles.map((marble) => {
    const nth = together.get(marble.at) ?? 0;
    together.set(marble.at, nth + 1);
    return shape(marble, x(start + marble.at) + nth * 20, y, diagram.values[marble.letter]);
  });
  return bands.join('') + shapes.join('');
}

function shape({ kind, letter }: Marble, at: number, y: number, value: unknown): string {
  if (kind === 'C') return line(at, y - 12, at, y + 12);
  if (kind === 'E') {
    const cross = `M${at - 8} ${y - 8}L${at + 8} ${y + 8}M${at + 8} ${y - 8}L${at - 8} ${y + 8}`;
    return element('path', { d: cross, class: 'error-line' });
  }
  const state = stateOf(value);
  const shown = typeof value === 'string' || typeof value === 'boolean' ? String(value) : letter;
  const width = Math.max(24, widthOf(shown) + 10);
  const size = { width, height: 24, radius: 12 };
  return (
    box(at - width / 2, y - 12, size, state ?? 'value') +
    text(at, y + 4.5, shown, { kind: state === undefined ? 'ink' : 'white' })
  );
}

/** The class of a state of leadership; `undefined` for any other value. */
function stateOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  return { Leader: 'leader', Follower: 'follower', Error: 'error' }[String(value.kind)];
}
