import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A fenced block of TypeScript, of a document or of an `@example` in the source. */
export interface Block {
  /** `docs/testing.md:14`, the line of its first line. */
  readonly place: string;
  readonly code: string;
  /**
   * Why it is compiled and not run: what follows `no-run` behind the language. `undefined` where it is
   * run, and an empty text where the reason is missing.
   */
  readonly notRun: string | undefined;
}

export const root = join(__dirname, '../..');

/** All blocks of the README, of the other documents at the top, and of `docs/`. */
export function documentBlocks(): readonly Block[] {
  const documents = [...markdownIn('.'), ...markdownIn('docs')];
  return documents.flatMap((name) => blocksOf(name, read(name)));
}

/** The blocks of every `@example` in `lib/`. */
export function sourceBlocks(): readonly Block[] {
  return sources().flatMap((name) => examplesOf(name, read(name)));
}

/** Places of examples without a block that could be compiled. */
export function emptyExamples(): readonly string[] {
  return sources().flatMap((name) =>
    examples(read(name))
      .filter(({ text }) => blocksOf(name, text).length === 0)
      .map(({ line }) => `${name}:${line}`),
  );
}

function sources(): readonly string[] {
  const found = readdirSync(join(root, 'lib'), { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function markdownIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

function read(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

function blocksOf(name: string, text: string, firstLine = 1): Block[] {
  const fences = text.matchAll(/^```(?:ts|typescript)(?: +(no-run)(?: +(.+))?)?\n([^]*?)^```$/gm);
  return [...fences].map(({ index, 1: mark, 2: reason = '', 3: code = '' }) => ({
    place: `${name}:${firstLine + linesBefore(text, index) + 1}`,
    code,
    notRun: mark === undefined ? undefined : reason,
  }));
}

function examplesOf(name: string, text: string): Block[] {
  return examples(text).flatMap((example) => blocksOf(name, example.text, example.line));
}

/** What follows each `@example` up to the next tag, without the stars, and its line. */
function examples(text: string): { readonly text: string; readonly line: number }[] {
  const found = text.matchAll(/^ *\* @example\b([^]*?)(?=^ *\* @[a-z]|\*\/)/gm);
  return [...found].map(({ index, 1: body = '' }) => ({
    text: body.replaceAll(/^ *\* ?/gm, ''),
    line: 1 + linesBefore(text, index),
  }));
}

function linesBefore(text: string, index: number): number {
  return text.slice(0, index).split('\n').length - 1;
}
