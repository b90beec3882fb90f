import { transformSync } from '@swc/core';
import { compileFunction } from 'node:vm';
import type { Block } from './blocks.js';
import { entries } from './entries.js';
import { impliedImports } from './scope.js';

/** Loads a module; an entry point of the package from its source. */
function load(name: string): unknown {
  const entry = entries.find(({ module }) => module === name);
  return jest.requireActual(entry?.source ?? name);
}

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
