import { documentBlocks, emptyExamples, sourceBlocks, type Block } from './blocks.js';
import { problems } from './compile.js';
import { given } from './given.js';
import { play, promised } from './play.js';
import { program } from './program.js';

const documents = documentBlocks();
const examples = sourceBlocks();
const all = [...documents, ...examples];

/** A block that is a spec itself. */
const isSpec = ({ code }: Block): boolean => /^(it|test|describe)\(/m.test(code);
const runnable = all.filter(({ notRun }) => notRun === undefined);

describe('the TypeScript in the documents and in the examples of the source', () => {
  it('is found', () => {
    expect(documents.length).toBeGreaterThanOrEqual(8);
    expect(examples.length).toBeGreaterThanOrEqual(19);
    expect(emptyExamples()).toEqual([]);
  });

  it('compiles', () => {
    expect(problems(all)).toEqual([]);
  });

  it('says why where it is not run', () => {
    expect(all.filter(({ notRun }) => notRun === '').map(({ place }) => place)).toEqual([]);
  });

  it.each(runnable.filter((block) => !isSpec(block)))('runs: $place', async (block) => {
    const printed = await play(block);
    const expected = promised(block);
    expect(printed.slice(0, expected.length)).toEqual(expected);
  });

  describe.each(runnable.filter(isSpec))('runs as a spec: $place', (block) => {
    void program(block, { ...given(), it, test, describe, expect });
  });
});
