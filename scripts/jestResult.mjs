// Runs the specs of one project of jest's that has a command of its own; the result is jest's.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export function jestResult(project, variables) {
  const folder = join(root, '.cache', project);
  const results = join(folder, 'jest.json');
  mkdirSync(folder, { recursive: true });
  rmSync(results, { force: true });
  const options = ['--selectProjects', project, '--json', `--outputFile=${results}`];
  spawnSync(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), ...options], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...variables },
  });
  if (!existsSync(results)) throw new Error('Jest ended without a result.');
  return JSON.parse(readFileSync(results, 'utf8'));
}
