import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawnHouse } from './house.js';

const root = join(__dirname, '../..');
const path = join(root, 'docs/architecture.md');
const [start, end] = ['<!-- house -->', '<!-- /house -->'];

/** The document with the picture as the imports are now. */
function redrawn(document: string): string {
  const [before, rest] = document.split(start);
  const [, after] = (rest ?? '').split(end);
  if (after === undefined) throw new Error(`${path} has no place for the picture.`);
  const picture = `\`\`\`mermaid\n${drawnHouse(join(root, 'lib'))}\n\`\`\``;
  return [before, start, `\n\n${picture}\n\n`, end, after].join('');
}

// Set by `npm run diagrams`, which draws the picture instead of comparing it.
if (process.env['WRITE_DIAGRAMS'] === 'true') {
  writeFileSync(path, redrawn(readFileSync(path, 'utf8')));
}

const document = readFileSync(path, 'utf8');

/** The rows of the table of changes: the change, and the files that it touches. */
const changes = [
  ...(document.split(/<!-- \/?changes -->/)[1] ?? '').matchAll(/^\| (an? .*?) +\| (.*?) +\|$/gm),
].map(([, change = '', files = '']) => ({
  change,
  files: [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
}));

describe('docs/architecture.md', () => {
  it('shows the imports as they are now (npm run diagrams)', () => {
    expect(document).toBe(redrawn(document));
  });

  it('says of twelve changes where they go', () => {
    expect(changes).toHaveLength(12);
  });

  it.each(changes)('names one to five files for $change, and all exist', ({ files }) => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.length).toBeLessThanOrEqual(5);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});
