import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { marbles } from '../support/marbles.js';
import { drawn, type MarbleDiagram } from './marbleDiagram.js';
import { marbleDiagrams } from './marbleDiagrams.js';
import { drawnTimeline } from './timeline.js';
import { timelines } from './timelines.js';

const folder = join(__dirname, '../../docs/diagrams');

const pictures = new Map([
  ...marbleDiagrams.map((diagram) => [`${diagram.name}.svg`, drawn(diagram)] as const),
  ...timelines.map((timeline) => [`${timeline.name}.svg`, drawnTimeline(timeline)] as const),
]);

/** Plays a diagram on virtual time: whether the operator does what is drawn. */
function assertShown({ sources, values, result, unsubscribed, apply }: MarbleDiagram): void {
  marbles((helpers) => {
    const { hot, cold, expectObservable, expectSubscriptions } = helpers;
    const made = sources.map((source) => {
      if (source.subscriptions === undefined) return hot(source.marbles, values);
      const source$ = cold(source.marbles, values);
      expectSubscriptions(source$.subscriptions).toBe([...source.subscriptions]);
      return source$;
    });
    const result$ = apply(made, helpers);
    expectObservable(result$, unsubscribed).toBe(result, values);
  });
}

describe('the marble diagrams', () => {
  it.each(marbleDiagrams.map((diagram) => [diagram.name, diagram] as const))(
    'show what %s does',
    (_, diagram) => {
      assertShown(diagram);
    },
  );
});

describe('docs/diagrams', () => {
  // Set by `npm run diagrams`, which writes the pictures instead of comparing them.
  if (process.env['WRITE_DIAGRAMS'] === 'true') {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [name, svg] of pictures) writeFileSync(join(folder, name), svg);
  }

  it('has a file for each picture, and no other', () => {
    expect(readdirSync(folder).sort()).toEqual([...pictures.keys()].sort());
  });

  it.each([...pictures])('shows %s as it is drawn now (npm run diagrams)', (name, svg) => {
    expect(readFileSync(join(folder, name), 'utf8')).toBe(svg);
  });
});
