// One election that leads and one that follows, idle on a simulated Consul under virtual time: how many
// objects are alive after ten minutes, and an hour later.
import { queryObjects } from 'node:v8';
import { VirtualTimeScheduler } from 'rxjs';
import { leaderElection } from 'rxjs-leader-election';
import { simulatedConsul, virtualTime } from 'rxjs-leader-election/testing';

const minuteMs = 60_000;

const scheduler = new VirtualTimeScheduler();
const time = virtualTime(scheduler);
const consul = simulatedConsul({ time, latencyMs: 1 });
for (const name of ['leader', 'follower']) {
  const { transport } = consul.connect({ name });
  leaderElection({ key: 'bench/idle', transport, time }).leadership$.subscribe();
}

let requests = 0;

/** Objects that a full collection leaves, once the double has forgotten what it recorded for tests. */
function retainedAt(minutes) {
  scheduler.maxFrames = minutes * minuteMs;
  scheduler.flush();
  requests += consul.requests.length;
  consul.requests.splice(0);
  globalThis.gc();
  const objects = queryObjects(Object, { format: 'count' });
  return { objects, heapUsed: process.memoryUsage().heapUsed };
}

// Once more than needed: the first measurement leaves its own traces.
retainedAt(5);
const early = retainedAt(10);
const before = requests;
const late = retainedAt(70);
process.send({ kind: 'Retained', early, late, requests: requests - before });
process.disconnect();
