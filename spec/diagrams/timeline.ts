import { arrow, box, element, line, picture, text, widthOf } from './svg.js';

type Kind = 'leader' | 'follower' | 'error' | 'delay' | 'value';

/** A stretch of time in a lane. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly text: string;
  readonly kind: Kind;
}

/** Something that happens at a moment in a lane. */
export interface Mark {
  readonly atMs: number;
  /** A short stroke, or a cross for what breaks. */
  readonly kind: 'tick' | 'cross';
  readonly text?: string;
}

/** What somebody does, or what is the case somewhere, over time. */
export interface Lane {
  readonly label: string;
  readonly spans: readonly Span[];
  readonly marks?: readonly Mark[];
}

/** A message from one lane to another. */
export interface Message {
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly refused?: boolean;
}

/** How long something takes, below the lanes. */
export interface Measure {
  readonly fromMs: number;
  readonly toMs: number;
  readonly text: string;
}

/** A picture of what happens over time, to scale. */
export interface Timeline {
  /** Name of the file, without the suffix. */
  readonly name: string;
  readonly title: string;
  readonly untilMs: number;
  /** Distance of the figures below the axis. */
  readonly stepMs: number;
  readonly lanes: readonly Lane[];
  readonly messages?: readonly Message[];
  readonly measures: readonly Measure[];
}

const left = 176;
const length = 660;
const laneHeight = 54;
const barHeight = 26;
const top = 52;

/** Draws a timeline. */
export function drawnTimeline(timeline: Timeline): string {
  const { title, untilMs, lanes, messages = [], measures } = timeline;
  const x = (atMs: number): number => left + (atMs / untilMs) * length;
  const y = (lane: number): number => top + lane * laneHeight;
  const axis = y(lanes.length) - 4;
  const height = axis + 44 + measures.length * 30;
  const guides = new Set(measures.flatMap(({ fromMs, toMs }) => [fromMs, toMs]));
  return picture(
    { width: left + length + 40, height },
    title,
    ...[...guides].map((atMs) => line(x(atMs), top - 20, x(atMs), height - 12, 'dim')),
    ...lanes.map((lane, index) => laneOf(lane, y(index), x)),
    ...messages.map((message) => messageOf(message, y, x)),
    arrow(left, left + length + 16, axis),
    ...figures(timeline).map(({ atMs, label }) =>
      [
        line(x(atMs), axis - 4, x(atMs), axis + 4),
        text(x(atMs), axis + 20, label, { kind: 'ink halo' }),
      ].join(''),
    ),
    ...measures.map((measure, index) => measureOf(measure, axis + 50 + index * 30, x)),
  );
}

type Scale = (value: number) => number;

function figures({ untilMs, stepMs }: Timeline) {
  return Array.from({ length: Math.floor(untilMs / stepMs) + 1 }, (_, index) => {
    const atMs = index * stepMs;
    return { atMs, label: stepMs < 1_000 ? `${atMs} ms` : `${atMs / 1_000} s` };
  });
}

function laneOf({ label, spans, marks = [] }: Lane, y: number, x: Scale): string {
  return [
    text(left - 18, y + 5, label, { anchor: 'end' }),
    line(left, y, left + length, y, 'dim'),
    ...spans.map((span) => spanOf(span, y, x)),
    ...marks.map((mark) => markOf(mark, y, x)),
  ].join('');
}

function spanOf({ fromMs, toMs, text: content, kind }: Span, y: number, x: Scale): string {
  const width = x(toMs) - x(fromMs);
  const bar = box(x(fromMs), y - barHeight / 2, { width, height: barHeight, radius: 4 }, kind);
  const colour = kind === 'value' ? 'ink' : 'white';
  // What does not fit stands beside it.
  return widthOf(content) + 8 <= width
    ? bar + text(x(fromMs) + width / 2, y + 4.5, content, { kind: colour })
    : bar + text(x(toMs) + 6, y + 4.5, content, { anchor: 'start' });
}

function markOf({ atMs, kind, text: content }: Mark, y: number, x: Scale): string {
  const at = x(atMs);
  const said = content === undefined ? '' : text(at, y - 19, content, { kind: 'ink halo' });
  if (kind === 'tick') return line(at, y - 17, at, y + 17) + said;
  const d = `M${at - 8} ${y - 8}L${at + 8} ${y + 8}M${at + 8} ${y - 8}L${at - 8} ${y + 8}`;
  return element('path', { d, class: 'cross' }) + said;
}

function messageOf(
  { atMs, from, to, text: content, refused }: Message,
  y: Scale,
  x: Scale,
): string {
  const at = x(atMs);
  const way = Math.sign(to - from);
  const start = y(from) + (way * barHeight) / 2;
  const end = y(to) - way * (barHeight / 2 + 2);
  const tip = `M${at - 4} ${end - way * 7}L${at} ${end}L${at + 4} ${end - way * 7}`;
  const kind = refused === true ? 'error-line' : 'line';
  return [
    line(at, start, at, end, kind),
    element('path', { d: tip, class: kind }),
    text(at + 8, (start + end) / 2 + 4, content, { anchor: 'start', kind: 'ink halo' }),
  ].join('');
}

function measureOf({ fromMs, toMs, text: content }: Measure, y: number, x: Scale): string {
  const [from, to] = [x(fromMs), x(toMs)];
  const inside = widthOf(content) + 24 <= to - from;
  const span = line(from, y - 5, from, y + 5) + line(to, y - 5, to, y + 5);
  if (!inside) {
    const room = to + 8 + widthOf(content) < left + length + 30;
    const said = room
      ? text(to + 8, y + 4.5, content, { anchor: 'start', kind: 'ink halo' })
      : text(from - 8, y + 4.5, content, { anchor: 'end' });
    return span + line(from, y, to, y) + said;
  }
  const middle = (from + to) / 2;
  const half = widthOf(content) / 2 + 6;
  return (
    span +
    line(from, y, middle - half, y) +
    line(middle + half, y, to, y) +
    text(middle, y + 4.5, content, { kind: 'ink halo' })
  );
}
