// Builds the package. tsc writes a file for each module to .cache/modules, twice, and they are joined to a
// few: ES modules in dist/esm, CommonJS in dist/cjs. What Node imports, in dist/node, is the CommonJS build
// under the names of the ES modules.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCjs, bundleEsm, bundleTypes } from './bundles.mjs';
import { mapDeclarations } from './declarationMaps.mjs';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [modules, cjsModules] = ['esm', 'cjs'].map((kind) => join(root, '.cache/modules', kind));
const [dist, esm, cjs] = ['', 'esm', 'cjs'].map((kind) => join(root, 'dist', kind));
const require = createRequire(import.meta.url);

const adapter = 'adapters/expLeaderElection';

function compile() {
  rmSync(join(root, '.cache/modules'), { recursive: true, force: true });
  for (const project of ['tsconfig.build.json', 'tsconfig.build.cjs.json']) {
    const tsc = ['node_modules/typescript/bin/tsc', '--project', project];
    run(process.execPath, tsc, { cwd: root });
  }
  commonJsIn(cjsModules);
}

/** Node takes the module kind of a .js file from the nearest package.json. */
function commonJsIn(folder) {
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

/**
 * Bundlers take the ES modules, and get no undici with them: as ES modules it does not start, and it is
 * twice as large as all the rest of a service. Requests go by node:http there.
 */
async function writeCode() {
  await bundleEsm(modules, esm, {
    'consul/transport/undiciClient': 'export const undiciClient = undefined;\n',
  });
  await bundleCjs(modules, cjs);
  commonJsIn(cjs);
  for (const file of ['require.cjs', 'require.d.cts']) {
    const text = readFileSync(join(cjsModules, adapter, file), 'utf8');
    writeFileSync(join(cjs, adapter, file), text.replace(/^\/\/# sourceMappingURL=.*$/m, ''));
  }
  // The command runs from here, too; in an installed package npm sees to it.
  chmodSync(join(cjs, 'testing/command/main.js'), 0o755);
}

/** The types are there once, as those of CommonJS, from which an ES module may take all but a default. */
async function writeTypes() {
  await bundleTypes(modules, cjs);
  mkdirSync(join(esm, adapter), { recursive: true });
  copyFileSync(join(cjs, adapter, 'index.d.ts'), join(esm, adapter, 'index.d.ts'));
  writeFileSync(join(esm, 'index.d.ts'), "export * from '../cjs/index.js';\n");
  writeFileSync(join(esm, 'testing/index.d.ts'), "export * from '../../cjs/testing/index.js';\n");
  for (const name of ['cjs/core', 'cjs/testing/testing', `esm/${adapter}/index`]) {
    mapDeclarations(join(dist, `${name}.d.ts`), join(dist, `${name.replace('esm', 'cjs')}.js`));
  }
}

function writeNamesForNode() {
  mkdirSync(join(dist, 'node'));
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const { import: imported, require: required } of Object.values(exports)) {
    if (imported === undefined) continue;
    const names = Object.keys(require(join(root, required.default))).join(',\n  ');
    const from = required.default.replace('./dist', '..');
    writeFileSync(join(root, imported.node), `export {\n  ${names},\n} from '${from}';\n`);
  }
}

rmSync(dist, { recursive: true, force: true });
compile();
await writeCode();
await writeTypes();
writeNamesForNode();
