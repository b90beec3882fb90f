import { transformSync } from '@swc/core';
import { compileFunction } from 'node:vm';
import * as library from '../../lib/index.js';
import * as testing from '../../lib/testing/index.js';
import type { Block } from './blocks.js';
import { impliedImports } from './scope.js';

const own: Record<string, unknown> = {
  'rxjs-leader-election': library,
  'rxjs-leader-election/testing': testing,
};

const load = (name: string): unknown => own[name] ?? jest.requireActual(name);

/** Runs a block against the source, with these globals; ends when the block does. */
export function program({ code, place }: Block, globals: Record<string, unknown>): Promise<void> {
  const { code: script } = transformSync(impliedImports(code) + code, {
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  const scope = { require: load, exports: {}, ...globals };
  const run = compileFunction(`return (async () => {${script}\n})();`, Object.keys(scope), {
    filename: place,
  }) as (...values: unknown[]) => Promise<void>;
  return run(...Object.values(scope));
}
