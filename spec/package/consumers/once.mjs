import { createRequire } from 'node:module';
import { FencingToken, leaderElection } from 'rxjs-leader-election';

const cjs = createRequire(import.meta.url)('rxjs-leader-election');

console.log(
  JSON.stringify([leaderElection === cjs.leaderElection, FencingToken === cjs.FencingToken]),
);
