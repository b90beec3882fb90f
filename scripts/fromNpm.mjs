import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';

const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--prefer-offline'];

/** Installs a package by itself in a folder; the result is what npm said. */
export function installFromNpm(folder, name) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
  const { stdout, stderr } = spawnSync('npm', ['install', ...options, name], {
    cwd: folder,
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`.trim();
}
