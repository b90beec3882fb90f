// Compiles and bundles services that use the packed tarball, with each TypeScript and bundler that is supported:
//   npm run toolchains
// The other TypeScripts come from npm, each in its own folder of .cache.
import { addCounts, countsOf, printed } from './counts.mjs';
import { jestResult } from './jestResult.mjs';

const counts = countsOf(jestResult('toolchains', { TOOLCHAINS: 'all' }));
addCounts(counts);
console.log(printed(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;
