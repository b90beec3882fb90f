import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './tarball.js';

interface Retained {
  readonly early: number;
  readonly late: number;
  readonly requests: number;
}

describe('an idle hour of virtual time', () => {
  it('leaves no object more than there was before it, with a leader and a follower', async () => {
    const program = join(root, 'bench/processes/idleHour.mjs');
    const child = fork(program, { execArgv: ['--no-warnings'] });
    const [{ early, late, requests }] = (await once(child, 'message')) as [Retained];
    // The count itself varies by one or two; one object for each poll would be 120, for each request 3800.
    expect(late - early).toBeLessThan(10);
    expect(requests).toBeGreaterThan(3_000);
  }, 60_000);
});
