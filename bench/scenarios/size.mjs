import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compositionOf } from '../support/composition.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What size-limit says of the build, which the gate holds, and what the first entry consists of. */
export const size = {
  name: 'size',
  title: 'Size, minified and gzipped, without dependencies',
  run: async () => {
    const args = ['node_modules/size-limit/bin.js', '--json'];
    // Above a limit it fails, and tells all the same.
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root }).catch(
      (error) => error,
    );
    const [entry] = JSON.parse(readFileSync(`${root}.size-limit.json`, 'utf8'));
    return {
      figures: JSON.parse(stdout).map(({ name, size: bytes }) => ({
        name,
        value: bytes / 1_000,
        unit: 'kB',
        most: 20,
      })),
      notes: [said(entry.import, await compositionOf(entry, root))],
    };
  },
};

function said(imported, { whole, folders, prose, gzippedWithoutProse }) {
  const share = (bytes, of = whole) => `${Math.round((bytes / of) * 100)} %`;
  const inFolders = folders.reduce((sum, [, bytes]) => sum + bytes, 0);
  const shares = folders
    .filter(([, bytes]) => bytes > inFolders / 100)
    .map(([folder, bytes]) => `${folder} ${share(bytes, inFolders)}`);
  return (
    `Of what is minified of \`${imported}\`, ${shares.join(', ')}. The sentences of its messages ` +
    `are ${share(prose)}; without any it would have ${(gzippedWithoutProse / 1_000).toFixed(1)} kB.`
  );
}
