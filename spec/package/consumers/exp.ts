import { EventEmitter } from 'node:events';
import leaderElection, { type LeadershipEmitter } from 'rxjs-leader-election/exp-leader-election';

const election: LeadershipEmitter = leaderElection({
  key: 'locks/reports',
  debug: console.log,
  consul: { host: process.env['HOST'], port: 8500, secure: true, ttl: 15, lockDelay: 10 },
});
export const emitter: EventEmitter = election
  .on('gainedLeadership', (sessionId) => sessionId.length)
  .on('lostLeadership', (sessionId) => sessionId.length)
  .once('error', (error) => error.message);
export const closed: Promise<void> = election.close();

// @ts-expect-error -- A key is required: the types arrive, and are not `any`.
leaderElection({});
// @ts-expect-error -- And the listeners know what they get.
election.on('gainedLeadership', (sessionId: number) => sessionId);
