import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { definitionOf } from './definition.js';
import { root, runNode, tarballForSpecs } from './tarball.js';

describe('what is in the packed tarball', () => {
  const tarball = tarballForSpecs();

  const read = (file: string) =>
    readFileSync(join(tarball.consumer, 'node_modules/rxjs-leader-election', file), 'utf8');
  const has = (file: string) =>
    tarball.files.some((each) => each === file || each.startsWith(`${file}/`));
  const withEnd = (end: string) => tarball.files.filter((file) => file.endsWith(end));

  it('is at most 60 files and 3 MB', () => {
    expect(tarball.files.length).toBeLessThanOrEqual(60);
    expect(tarball.unpackedSize).toBeLessThanOrEqual(3_000_000);
  });

  it('has what its documents link to, pictures apart', () => {
    const links = withEnd('.md').flatMap((file) =>
      [...read(file).matchAll(/(!?)\[[^\]]*\]\(([^)\s#]+)[^)]*\)/g)]
        .filter(([, picture, to = '']) => picture === '' && !/^[a-z]+:/.test(to))
        .map(([, , to = '']) => ({ file, to, target: normalize(join(dirname(file), to)) })),
    );
    expect(links.filter(({ file }) => file === 'README.md').length).toBeGreaterThan(15);
    expect(links.filter(({ target }) => !has(target))).toEqual([]);
  });

  it('has the documents that docstrings and messages name', () => {
    const named = [...withEnd('.d.ts'), ...withEnd('.js')].flatMap(
      (file) => read(file).match(/\b(docs|examples)\/[\w-]+\.\w+|\b[A-Z]+\.md\b/g) ?? [],
    );
    expect(named).toContain('docs/timing.md');
    expect([...new Set(named)].filter((file) => !has(file))).toEqual([]);
  });

  /** The first place of the package in the stack of an error that it throws. */
  function firstPlace(...flags: readonly string[]) {
    const program = `
      import('rxjs-leader-election').then(({ leaderElection }) => leaderElection({ key: '/a' }))
        .catch(({ stack }) => console.log(stack));`;
    const { output } = runNode(tarball.consumer, ...flags, '-e', program);
    const [, place = '', line] =
      /rxjs-leader-election\/((?:dist|lib)\/[^:]+):(\d+)/.exec(output) ?? [];
    return { output, place, line: Number(line) };
  }

  const lineOf = (text: string, line: number) => text.split('\n')[line - 1];

  it('throws errors whose stacks lead to code that can be read', () => {
    const { output, place, line } = firstPlace();
    expect(place).toBe('dist/cjs/core.js');
    expect(lineOf(read(place), line)).toContain('return new CodedError(');
    expect(output).toMatch(/at leaderElection \(/);
  });

  it('throws errors whose stacks lead to the source where Node heeds source maps', () => {
    const { place, line } = firstPlace('--enable-source-maps');
    expect(place).toBe('lib/errors.ts');
    const source = readFileSync(join(root, place), 'utf8');
    expect(lineOf(source, line)).toContain('return new CodedError(');
    const { sources, sourcesContent } = JSON.parse(read('dist/cjs/core.js.map')) as {
      readonly sources: readonly string[];
      readonly sourcesContent: readonly string[];
    };
    expect(sourcesContent[sources.indexOf('../../lib/errors.ts')]).toBe(source);
  });

  it.each([
    ['whileLeader', 'rxjs-leader-election', 'core.js', 'function whileLeader('],
    ['FencingToken', 'rxjs-leader-election', 'core.js', 'class FencingToken {'],
    ['systemTime', 'rxjs-leader-election', 'core.js', 'const systemTime = {'],
    ['simulate', 'rxjs-leader-election/testing', 'testing/testing.js', 'function simulate('],
    ['Leader', 'rxjs-leader-election', 'core.d.ts', 'interface Leader {'],
    [
      'default',
      'rxjs-leader-election/exp-leader-election',
      'adapters/expLeaderElection/index.js',
      'function expLeaderElection(',
    ],
  ])('leads an editor that is asked where %s of %s is defined to it', (...how) => {
    const [name, module, file, definition] = how;
    const program = join(tarball.consumer, 'definition.mts');
    writeFileSync(program, `export { ${name} as it } from '${module}';\n`);
    const { file: found, line } = definitionOf(program, 1, `export { ${name} as `.length + 1);
    expect(found).toBe(join(tarball.consumer, 'node_modules/rxjs-leader-election/dist/cjs', file));
    expect(lineOf(readFileSync(found, 'utf8'), line)).toContain(definition);
  });
});
