import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block of TypeScript in a document. */
export interface Block {
  /** `docs/testing.md:14`, the line of its first line. */
  readonly place: string;
  readonly code: string;
}

export const root = join(__dirname, '../..');

/** All blocks of the README and of `docs/`. */
export function blocks(): readonly Block[] {
  const documents = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...documents.map((name) => `docs/${name}`)].flatMap((name) =>
    blocksOf(name, readFileSync(join(root, name), 'utf8')),
  );
}

function blocksOf(name: string, text: string): Block[] {
  return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map((match) => ({
    place: `${name}:${text.slice(0, match.index).split('\n').length + 1}`,
    code: match[1] ?? '',
  }));
}
