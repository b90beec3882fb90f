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
// Polls of a minute, so that every measurement finds them at the same age: a younger one has an object less.
const watchWaitMs = minuteMs;
for (const name of ['leader', 'follower']) {
  const { transport } = consul.connect({ name });
  leaderElection({ key: 'bench/idle', watchWaitMs, transport, time }).leadership$.subscribe();
}

let requests = 0;

/** Objects that a full collection leaves, once the double has forgotten what it recorded for tests. */
function objectsAt(ms) {
  scheduler.maxFrames = ms;
  scheduler.flush();
  requests += consul.requests.length;
  consul.requests.splice(0);
  return queryObjects(Object, { format: 'count' });
}

/** The fewest of some instants: a request that is under way takes objects that nobody retains. */
function objectsAround(minutes) {
  let fewest = Infinity;
  for (let look = 0; look < 5; look += 1) {
    fewest = Math.min(fewest, objectsAt(minutes * minuteMs + look * 700));
  }
  return fewest;
}

// What is measured is kept as numbers: an object would be counted by the next measurement. The first one
// is not used, it leaves its own traces.
objectsAround(5);
const early = objectsAround(10);
const earlyHeap = process.memoryUsage().heapUsed;
const before = requests;
const late = objectsAround(70);
const heapGrowth = process.memoryUsage().heapUsed - earlyHeap;
process.send({ kind: 'Retained', early, late, heapGrowth, requests: requests - before });
process.disconnect();
