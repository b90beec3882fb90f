// Joins the modules that tsc wrote into a few files, which are as readable as the modules were.
import { accessSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import MagicString from 'magic-string';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

/** The tables of contents, under the same names for both formats and for the types. */
const entries = ['index', 'testing/index', 'adapters/expLeaderElection/index'];
const command = 'testing/command/main';

const isExternal = (id) => !/^[./]/.test(id);

/** ES modules, for bundlers: what reaches a module of Node stands apart, so that the rest goes without. */
export async function bundleEsm(modules, folder, replaced) {
  // One that had moved would otherwise stay as it is.
  for (const name of Object.keys(replaced)) accessSync(join(modules, `${name}.js`));
  await bundle(modules, entries, [compiled(modules, replaced), marked()], {
    dir: folder,
    manualChunks: (id, { getModuleInfo }) => {
      const name = chunkOf(modules, id);
      return name && reachesNode(id, getModuleInfo) ? `${name}-node` : name;
    },
  });
}

/** CommonJS, which is what Node runs, with maps to the source. */
export async function bundleCjs(modules, folder) {
  await bundle(modules, [...entries, command], [compiled(modules), withoutEmptyMaps], {
    ...{ dir: folder, format: 'cjs', interop: 'esModule', exports: 'named' },
    ...{ externalLiveBindings: false, freeze: false, sourcemap: true },
  });
}

/** The declarations, as the CommonJS files have them. */
export async function bundleTypes(modules, folder) {
  await bundle(modules, entries, [dts()], {
    dir: folder,
    entryFileNames: '[name].d.ts',
    chunkFileNames: '[name].d.ts',
  });
}

async function bundle(modules, names, plugins, output) {
  const kind = output.entryFileNames === undefined ? 'js' : 'd.ts';
  const complaints = [];
  const built = await rollup({
    input: Object.fromEntries(names.map((name) => [name, join(modules, `${name}.${kind}`)])),
    external: isExternal,
    plugins,
    onLog: (_, { message }) => complaints.push(message),
  });
  await built.write({
    ...{ generatedCode: 'es2015', chunkFileNames: '[name].js' },
    ...{ hoistTransitiveImports: false, minifyInternalExports: false },
    manualChunks: (id) => chunkOf(modules, id),
    ...output,
  });
  await built.close();
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}

const nameOf = (modules, id) => relative(modules, id).replace(/(\.d\.ts|\.js)$/, '');

/** The file for what only entry points lead to: one for users, one for their tests. */
function chunkOf(modules, id) {
  const name = nameOf(modules, id);
  if (entries.includes(name) || /^(adapters|testing\/command)\//.test(name)) return undefined;
  return name.startsWith('testing/') ? 'testing/testing' : 'core';
}

function reachesNode(id, getModuleInfo, seen = new Set()) {
  if (isExternal(id)) return id.startsWith('node:');
  if (seen.has(id)) return false;
  seen.add(id);
  return getModuleInfo(id).importedIds.some((each) => reachesNode(each, getModuleInfo, seen));
}

/** Modules with their maps, each under the name of its source. `replaced` has other code for some. */
function compiled(modules, replaced = {}) {
  return {
    name: 'compiled',
    load: (id) => {
      const code = readFileSync(id, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
      return replaced[nameOf(modules, id)] ?? { code, map: readFileSync(`${id}.map`, 'utf8') };
    },
    transform(code, id) {
      const imports = this.parse(code).body.filter(({ type }) => type === 'ImportDeclaration');
      const source = `lib/${nameOf(modules, id)}.ts`;
      const from = code.indexOf('\n', imports.at(-1)?.end) + 1;
      const titled = new MagicString(code).appendRight(from, `// ${source}\n`);
      return { code: titled.toString(), map: titled.generateMap({ hires: true }) };
    },
  };
}

/**
 * Tells bundlers of each value that is made when a module is loaded that it may be left out. Of a whole
 * file `sideEffects` in package.json says so, which is of no use where all modules share a file.
 */
function marked() {
  return {
    name: 'marked',
    transform(code) {
      const edited = new MagicString(code);
      for (const { declarations, declaration } of this.parse(code).body) {
        for (const each of declarations ?? declaration?.declarations ?? []) mark(each, edited);
      }
      return { code: edited.toString(), map: null };
    },
  };
}

/** A call can be marked; anything else that might do something becomes one. */
function mark({ id, init, start, end }, edited) {
  if (id.type === 'ObjectPattern') {
    const from = edited.slice(init.start, init.end);
    const values = id.properties.map(
      ({ key, value }) => `${value.name} = /*#__PURE__*/ (() => ${from}.${key.name})()`,
    );
    edited.update(start, end, values.join(', '));
  } else if (isFree(init)) {
    // A function, or text: a bundler sees that.
  } else if (/^(Call|New)Expression$/.test(init.type) && init.arguments.every(isFree)) {
    edited.appendLeft(init.start, '/*#__PURE__*/ ');
  } else {
    edited.appendLeft(init.start, '/*#__PURE__*/ (() => (').appendRight(init.end, '))()');
  }
}

/** Whether a bundler sees that it does nothing, whatever is in it. */
function isFree(node) {
  if (node === null || typeof node !== 'object' || /Function/.test(node.type)) return true;
  if (/^(Call|New|Member|Class|TaggedTemplate)Expression$|^Spread/.test(node.type)) return false;
  const printed = node.type === 'TemplateLiteral' ? node.expressions : [];
  return printed.length === 0 && Object.values(node).flat().every(isFree);
}

/** A file that only passes on what others export has nothing to map. */
const withoutEmptyMaps = {
  name: 'without-empty-maps',
  generateBundle(_, files) {
    for (const file of Object.values(files)) {
      if (file.type !== 'chunk' || /[A-Za-z]/.test(file.map.mappings)) continue;
      delete files[file.sourcemapFileName];
      file.code = file.code.replace(/^\/\/# sourceMappingURL=.*\n/m, '');
    }
  },
};
