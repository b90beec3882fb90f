import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './blocks.js';

/** The codes and whether they pass by themselves, as the source makes them. */
function made(): ReadonlyMap<string, string> {
  const sources = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('testing'))
    .map((name) => readFileSync(join(root, 'lib', name), 'utf8'));
  const calls = sources.flatMap((text) => [
    ...text.matchAll(/electionError\('(\w+)',[^]*?retryable: (true|false)/g),
  ]);
  return new Map(
    calls.map(([, code = '', retryable]) => [code, retryable === 'true' ? 'yes' : 'no']),
  );
}

/** The codes that users can meet, by the type that lists them. */
function declared(): readonly string[] {
  const text = readFileSync(join(root, 'lib/errors.ts'), 'utf8');
  const [, body = ''] = /interface ErrorDetails \{([^]*?)^\}/m.exec(text) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+): \{/gm)].map(([, code = '']) => code);
}

/** The rows of the table in the document: code, whether it passes, meaning, what to do. */
function documented(): readonly (readonly string[])[] {
  const text = readFileSync(join(root, 'docs/operating.md'), 'utf8');
  const [, table = ''] = text.split('<!-- errors -->');
  return [...table.matchAll(/^\| `(\w+)` +\| (\w+) +\| (.*?) +\| (.*?) +\|$/gm)].map(
    ([, ...row]) => row,
  );
}

describe('the table of errors', () => {
  it('has every code once, and no other', () => {
    const codes = documented().map(([code]) => code);
    expect(declared().length).toBeGreaterThan(15);
    expect([...codes].sort()).toEqual([...declared()].sort());
  });

  it('says of each whether it passes by itself, as the error does', () => {
    expect(new Map(documented().map(([code = '', passes = '']) => [code, passes]))).toEqual(
      new Map(documented().map(([code = '']) => [code, made().get(code)])),
    );
  });

  it('says of each what it means and what to do', () => {
    const silent = documented().filter(([, , meaning = '', advice = '']) => !meaning || !advice);
    expect(silent).toEqual([]);
  });
});
