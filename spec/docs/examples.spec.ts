import { transformSync } from '@swc/core';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import ts from 'typescript';
import * as library from '../../lib/index.js';
import * as testing from '../../lib/testing/index.js';
import { blocks, root, type Block } from './blocks.js';

/** What the documents take for granted: names of the reader's own service. */
const given = `
import type { Observable } from 'rxjs';
import type * as library from 'rxjs-leader-election';
import type * as testing from 'rxjs-leader-election/testing';
declare global {
  const election: library.LeaderElection;
  const { leaderElection, whileLeader }: typeof library;
  const { embeddedConsul }: typeof testing;
  const key: string;
  const os: typeof import('node:os');
  const work: (leader: library.Leader) => Observable<unknown>;
  const reports$: (token: library.FencingToken) => Observable<unknown>;
  const start: (environment: Record<string, string>) => void;
}`;

/** What the compiler has to say of each block; nothing is written to disk. */
function problems(all: readonly Block[]): readonly string[] {
  const files = new Map(
    all.map(({ place, code }, index) => [
      join(root, 'docs', `block-${index}.ts`),
      { place, code: `${code}\nexport {};\n` },
    ]),
  );
  files.set(join(root, 'docs', 'given.ts'), { place: 'given', code: given });
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: ['node', 'jest'] },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext },
    paths: {
      'rxjs-leader-election': [join(root, 'lib/index.ts')],
      'rxjs-leader-election/testing': [join(root, 'lib/testing/index.ts')],
    },
  };
  const host = ts.createCompilerHost(options);
  host.fileExists = (file) => files.has(file) || ts.sys.fileExists(file);
  host.readFile = (file) => files.get(file)?.code ?? ts.sys.readFile(file);
  host.getSourceFile = (file, language) => {
    const code = host.readFile(file);
    return code === undefined ? undefined : ts.createSourceFile(file, code, language);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([file, { place }]) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => `${place}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
  );
}

/** Runs a block as a spec of its own, against the source. */
function run({ code }: Block): void {
  const { code: script } = transformSync(code, {
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  const own: Record<string, unknown> = {
    'rxjs-leader-election': library,
    'rxjs-leader-election/testing': testing,
  };
  const load = (name: string): unknown => own[name] ?? jest.requireActual(name);
  const parameters = ['require', 'exports', 'it', 'expect'];
  const program = compileFunction(script, parameters) as (...values: unknown[]) => void;
  program(load, {}, it, expect);
}

describe('the TypeScript in the documents', () => {
  const all = blocks();

  it('compiles', () => {
    expect(all.length).toBeGreaterThanOrEqual(8);
    expect(problems(all)).toEqual([]);
  }, 30_000);

  describe.each(all.filter(({ code }) => /^it\(/m.test(code)))('runs: $place', (block) => {
    run(block);
  });
});
