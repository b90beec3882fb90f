import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as main from '../../lib/index.js';
import * as testing from '../../lib/testing/index.js';
import { root, run, runNode, tarballForSpecs } from './tarball.js';

const bin = (path: string) => join(root, 'node_modules', path);
const succeeded = { status: 0 };

describe('the packed tarball', () => {
  jest.setTimeout(180_000);

  const tarball = tarballForSpecs();
  const names = JSON.stringify([Object.keys(main).sort(), Object.keys(testing).sort()]);

  /** Compiles the TypeScript consumer, which has neither Node's types nor the DOM's. */
  function compiled(name: string, compilerOptions: object, program = 'typescript.ts') {
    const source = `consumer.${name}`;
    copyFileSync(join(tarball.consumer, program), join(tarball.consumer, source));
    const options = {
      ...{ target: 'es2022', lib: ['es2022'], types: [], strict: true, skipLibCheck: false },
      ...{ exactOptionalPropertyTypes: true, ...compilerOptions },
    };
    const config = join(tarball.consumer, `tsconfig.${name}.json`);
    writeFileSync(config, JSON.stringify({ compilerOptions: options, files: [source] }));
    return runNode(tarball.consumer, bin('typescript/bin/tsc'), '--project', config);
  }

  it('holds the build, its types and the documents, and nothing else', () => {
    const { files } = tarball;
    const others = files.filter(
      (file) => !/^dist\/(esm|cjs)\/.+\.(c?js|d\.c?ts)(\.map)?$|^(docs|examples)\//.test(file),
    );
    expect(others.sort()).toEqual([
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'dist/cjs/package.json'],
      ...['exp-leader-election', 'index', 'testing'].map((name) => `dist/node/${name}.js`),
      'package.json',
    ]);
    const documents = files.filter((file) => /^(docs|examples)\//.test(file));
    const isDocument = /^docs\/[\w-]+\.md$|^examples\/[\w-]+\.(md|mjs)$/;
    expect(documents.filter((file) => !isDocument.test(file))).toEqual([]);
  });

  it('names no folder of the machine that built it', () => {
    const texts = tarball.files.map((file) =>
      readFileSync(join(tarball.consumer, 'node_modules/rxjs-leader-election', file), 'utf8'),
    );
    expect(texts.filter((text) => text.includes(root))).toEqual([]);
  });

  it('exports the same names to ES modules as the source', () => {
    expect(runNode(tarball.consumer, 'esm.mjs')).toEqual({ ...succeeded, output: names });
  });

  it('exports the same names to CommonJS as the source', () => {
    expect(runNode(tarball.consumer, 'cjs.cjs')).toEqual({ ...succeeded, output: names });
  });

  it('is there once in a process that imports and requires it', () => {
    const output = '[true,true]';
    expect(runNode(tarball.consumer, 'once.mjs')).toEqual({ ...succeeded, output });
  });

  it('recognises its errors across an ESM and a CommonJS copy in one process', () => {
    const output = '[true,true,true]';
    expect(runNode(tarball.consumer, 'both.mjs')).toEqual({ ...succeeded, output });
  });

  it.each([
    ['mts', 'mjs'],
    ['cts', 'cjs'],
  ])('compiles and runs in a TypeScript project of nodenext as .%s', (kind, script) => {
    const options = { module: 'nodenext', moduleResolution: 'nodenext' };
    expect(compiled(kind, options)).toEqual({ ...succeeded, output: '' });
    const output = 'function false true';
    expect(runNode(tarball.consumer, `consumer.${script}`)).toEqual({ ...succeeded, output });
  });

  it('compiles in a TypeScript project that leaves resolution to a bundler', () => {
    const options = { module: 'esnext', moduleResolution: 'bundler', noEmit: true };
    expect(compiled('ts', options)).toEqual({ ...succeeded, output: '' });
  });

  it.each([
    ['require', 'exp.cjs'],
    ['import', 'exp.mjs'],
  ])('gives to %s what exp-leader-election gave: the function itself', (_, script) => {
    const output = 'function function object on once close INVALID_OPTIONS';
    expect(runNode(tarball.consumer, script)).toEqual({ ...succeeded, output });
  });

  it.each([
    ['commonjs', { module: 'nodenext' }, 'cts'],
    ['ES modules', { module: 'nodenext' }, 'mts'],
    ['a bundler', { module: 'esnext', moduleResolution: 'bundler' }, 'ts'],
  ])('types it for %s', (_, options, kind) => {
    const types = { types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };
    const compilerOptions = { ...types, ...options, noEmit: true, skipLibCheck: true };
    expect(compiled(kind, compilerOptions, 'exp.ts')).toEqual({ ...succeeded, output: '' });
  });

  it('works in the specs of a user whose jest runs CommonJS', () => {
    const config = JSON.stringify({ testMatch: ['**/jest.cjs'], transform: {} });
    const { status, output } = runNode(
      tarball.consumer,
      bin('jest/bin/jest.js'),
      '--config',
      config,
    );
    expect(output).toContain('2 passed, 2 total');
    expect(status).toBe(0);
  });

  it("works in a user's own specs under the runner of Node", () => {
    const { status, output } = runNode(tarball.consumer, '--test', 'failover.test.mjs');
    expect(output).toContain('# pass 3');
    expect(status).toBe(0);
  });

  it('brings the embedded Consul as a command', () => {
    const { status, output } = run(
      tarball.consumer,
      'node_modules/.bin/rxjs-leader-election-embedded',
      '-h',
    );
    expect(output).toContain('Usage: rxjs-leader-election-embedded');
    expect(status).toBe(0);
  });

  it('is sound in the eyes of publint', () => {
    const { status, output } = runNode(root, bin('publint/src/cli.js'), '--strict', tarball.file);
    expect(output).toContain('All good');
    expect(status).toBe(0);
  });

  it('has types that resolve as the code does, in the eyes of attw', () => {
    const attw = bin('@arethetypeswrong/cli/dist/index.js');
    const args = ['--profile', 'strict', '--no-definitely-typed', '--format', 'ascii'];
    const { status, output } = runNode(root, attw, ...args, tarball.file);
    expect(output.match(/^(node10|node16|bundler).*🟢/gm)).toHaveLength(16);
    expect(status).toBe(0);
  });
});
