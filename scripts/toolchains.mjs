// Compiles and bundles services that use the packed tarball, with each TypeScript and bundler that is supported:
//   npm run toolchains
// The other TypeScripts come from npm, each in its own folder of .cache.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { addCounts, countsOf, printed } from './counts.mjs';
import { installFromNpm } from './fromNpm.mjs';
import { jestResult } from './jestResult.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The oldest that is supported, the one that this package is built with, and the newest. */
const versions = ['5.0.4', ts.version, '7.0.2'];

/** The compiler of a version, which is fetched once. All of them have the same command, so none is a dependency. */
function compiler(version) {
  const own = ts.version === version;
  const folder = own ? root : join(root, '.cache/typescript', version);
  const tsc = join(folder, 'node_modules/typescript/bin/tsc');
  if (!existsSync(tsc)) {
    const said = installFromNpm(folder, `typescript@${version}`);
    if (!existsSync(tsc)) throw new Error(`npm has no typescript@${version} for us: ${said}`);
  }
  return { version, tsc };
}

const compilers = versions.map(compiler);
const counts = countsOf(jestResult('toolchains', { TOOLCHAINS: JSON.stringify(compilers) }));
addCounts(counts);
console.log(printed(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;
