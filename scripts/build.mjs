// Builds the package twice: ES modules to dist/esm, CommonJS to dist/cjs.
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = ['node_modules/typescript/bin/tsc', '--project'];

rmSync(`${root}/dist`, { recursive: true, force: true });
for (const project of ['tsconfig.build.json', 'tsconfig.build.cjs.json']) {
  run(process.execPath, [...tsc, project], { cwd: root });
}
// Node takes the module kind of a .js file from the nearest package.json.
writeFileSync(`${root}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');
// The command runs from here, too; in an installed package npm sees to it.
chmodSync(`${root}/dist/esm/testing/command/main.js`, 0o755);
