import { spawnSync } from 'node:child_process';
import { root } from './blocks.js';

describe('the comparison in the README', () => {
  it('has the figures of docs/performance.md (node bench/report/comparison.mjs)', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['bench/report/comparison.mjs', '--check'],
      { cwd: root, encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
