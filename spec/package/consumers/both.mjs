import { createRequire } from 'node:module';

const cjs = createRequire(import.meta.url)('rxjs-leader-election');
// What a bundler takes; Node itself would take the copy that is there.
const esm = await import('./node_modules/rxjs-leader-election/dist/esm/index.js');

function errorOf({ leaderElection }) {
  try {
    return leaderElection({ key: '/leading/slash' });
  } catch (error) {
    return error;
  }
}

console.log(
  JSON.stringify([
    esm.leaderElection !== cjs.leaderElection,
    esm.isElectionError(errorOf(cjs)),
    cjs.isElectionError(errorOf(esm)),
  ]),
);
