// Builds the package twice: ES modules to dist/esm, CommonJS to dist/cjs. What Node imports, in dist/node,
// is the CommonJS build under the names of the ES modules.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const tsc = ['node_modules/typescript/bin/tsc', '--project'];

rmSync(`${root}/dist`, { recursive: true, force: true });
for (const project of ['tsconfig.build.json', 'tsconfig.build.cjs.json']) {
  run(process.execPath, [...tsc, project], { cwd: root });
}
// Bundlers take the ES modules, and get no undici with them: as ES modules it does not start, and it is twice
// as large as all the rest of a service. Requests go by node:http there.
writeFileSync(
  `${root}/dist/esm/consul/transport/undiciClient.js`,
  'export const undiciClient = undefined;\n',
);
rmSync(`${root}/dist/esm/consul/transport/undiciClient.js.map`);
// Node takes the module kind of a .js file from the nearest package.json.
writeFileSync(`${root}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');
// The command runs from here, too; in an installed package npm sees to it.
chmodSync(`${root}/dist/esm/testing/command/main.js`, 0o755);

mkdirSync(`${root}/dist/node`);
const { exports } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
for (const { import: imported, require: required } of Object.values(exports)) {
  if (imported === undefined) continue;
  const names = Object.keys(require(`${root}/${required.default}`)).join(',\n  ');
  const from = required.default.replace('./dist', '..');
  writeFileSync(`${root}/${imported.node}`, `export {\n  ${names},\n} from '${from}';\n`);
}
