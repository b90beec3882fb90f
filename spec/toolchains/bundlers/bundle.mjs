// Bundles a service with everything in it, as little set as its bundler allows: bundle.mjs WAY ENTRY FILE.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import ncc from '@vercel/ncc';
import { build as esbuild } from 'esbuild';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import webpack from 'webpack';

const byEsbuild = (format) => async (entry, outfile) => {
  const { warnings } = await esbuild({
    ...{ entryPoints: [entry], outfile, format, logLevel: 'silent' },
    ...{ bundle: true, minify: true, platform: 'node', target: 'node20' },
  });
  return warnings.map(({ text }) => text);
};

async function byRollup(input, file) {
  const warnings = [];
  const bundle = await rollup({
    input,
    plugins: [nodeResolve(), commonjs()],
    // What TypeScript wrote into fp-ts and io-ts has a `this` of which it knows that it is undefined.
    onLog: (level, { code, message }) => code !== 'THIS_IS_UNDEFINED' && warnings.push(message),
  });
  await bundle.write({ file, format: 'es' });
  return warnings;
}

function byWebpack(entry, file) {
  const output = { path: dirname(file), filename: basename(file) };
  return new Promise((resolve, reject) => {
    webpack({ entry, output, mode: 'production', target: 'node' }, (error, stats) => {
      if (error) reject(error);
      else resolve([...stats.compilation.errors, ...stats.compilation.warnings].map(String));
    });
  });
}

async function byVite(entry, file) {
  const warnings = [];
  await vite({
    ...{ configFile: false, logLevel: 'silent' },
    ssr: { noExternal: true },
    build: {
      ...{ ssr: entry, outDir: dirname(file), emptyOutDir: true },
      rolldownOptions: {
        output: { entryFileNames: basename(file) },
        onLog: (level, { message }) => warnings.push(message),
      },
    },
  });
  return warnings;
}

async function byNcc(entry, file) {
  const { code } = await ncc(entry, { cache: false, quiet: true });
  writeFileSync(file, code);
  return [];
}

const ways = {
  'esbuild-cjs': byEsbuild('cjs'),
  'esbuild-esm': byEsbuild('esm'),
  rollup: byRollup,
  webpack: byWebpack,
  vite: byVite,
  ncc: byNcc,
};

const [way, entry, file] = process.argv.slice(2);
mkdirSync(dirname(file), { recursive: true });
for (const warning of await ways[way](entry, file)) console.log(warning);
