// Packs the tarball and installs it, once for all specs of it: the variable PACKED tells them where.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownedFolder } from './owned.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

export default function providePackage() {
  if (!existsSync(join(root, 'dist/cjs/package.json'))) {
    throw new Error('There is no dist: run `npm run build` first.');
  }
  const folder = ownedFolder('package-');
  const listing = npm(root, 'pack', '--ignore-scripts', '--json', '--pack-destination', folder);
  const [{ filename, files, unpackedSize }] = JSON.parse(listing);
  const file = join(folder, filename);
  const consumer = installed(folder, file);
  const paths = files.map(({ path }) => path);
  process.env.PACKED = JSON.stringify({ file, consumer, unpackedSize, files: paths });
}

/** A folder with the tarball and rxjs installed as a user installs them, and with the consumers. */
function installed(folder, tarball) {
  const consumer = join(folder, 'consumer');
  cpSync(join(root, 'spec/package/consumers'), consumer, { recursive: true });
  writeFileSync(join(consumer, 'package.json'), '{ "private": true }\n');
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packages = [tarball, `rxjs@${devDependencies.rxjs}`];
  npm(consumer, 'install', '--no-audit', '--no-fund', '--prefer-offline', ...packages);
  return consumer;
}

function npm(cwd, ...args) {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stderr}`);
  return stdout;
}
