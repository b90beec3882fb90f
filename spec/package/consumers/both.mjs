import { createRequire } from 'node:module';
import * as esm from 'rxjs-leader-election';

const cjs = createRequire(import.meta.url)('rxjs-leader-election');

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
