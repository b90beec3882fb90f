// Draws docs/diagrams anew. The spec that plays the diagrams and compares the pictures also writes them.
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const jest = ['node_modules/jest/bin/jest.js', 'spec/diagrams', '--selectProjects', 'unit'];
run(process.execPath, jest, {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, WRITE_DIAGRAMS: 'true' },
});
