import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What size-limit says of the build, which the gate holds. */
export const size = {
  name: 'size',
  title: 'Size, minified and gzipped, without dependencies',
  run: async () => {
    const args = ['node_modules/size-limit/bin.js', '--json'];
    // Above a limit it fails, and tells all the same.
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root }).catch(
      (error) => error,
    );
    return {
      figures: JSON.parse(stdout).map(({ name, size: bytes }) => ({
        name,
        value: bytes / 1_000,
        unit: 'kB',
        most: 20,
      })),
    };
  },
};
