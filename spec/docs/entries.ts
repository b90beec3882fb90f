import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './blocks.js';

/** An entry point of the package: what users import it as, and the source that lists its names. */
export interface Entry {
  readonly module: string;
  readonly source: string;
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, { readonly import?: { readonly types: string } }>>;
}

const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

/** All of them, as package.json names them. */
export const entries: readonly Entry[] = Object.entries(exports).flatMap(([path, target]) => {
  if (target.import === undefined) return [];
  const source = target.import.types.replace('dist/esm', 'lib').replace(/\.d\.ts$/, '.ts');
  return [{ module: name + path.slice(1), source: join(root, source) }];
});
