// What happens, in order. The measured gaps are between what two processes said themselves, on the
// monotonic clock that all processes of a machine share.
import { nowMs } from './processes.mjs';

const names = ['alpha', 'beta', 'gamma'];

/** Long enough to see who leads. */
const pauseMs = 2_500;

/** Longer than anything but a failover takes. */
const patienceMs = 10_000;

/** The whole show: elects, hands over, fails over, and resolves with the two gaps. */
export async function show(processes, prediction) {
  names.forEach(processes.start);
  const first = await processes.next('a first leader', patienceMs, ({ kind }) => kind === 'Leader');
  await processes.pause(pauseMs);

  const handover = await handOver(processes, first.name, prediction.handoverMs);
  processes.start(first.name);
  await processes.pause(pauseMs);

  const failover = await failOver(processes, handover.to, prediction);
  await processes.pause(pauseMs);

  processes.say('The end: the others are told to go.');
  // The leader goes last, or another one would be elected for a moment.
  await leave(
    processes,
    processes.running().filter((name) => name !== failover.to),
  );
  await leave(processes, [failover.to]);
  return [handover, failover];
}

async function handOver(processes, old, { typical, worst }) {
  const predicted = `up to ${Math.ceil(worst)} ms`;
  processes.say(
    `Handover: ${old} gets a SIGTERM, so it resigns.`,
    `Predicted gap: ${predicted}; two round trips (${round(typical)} ms) at best.`,
  );
  const seen = Promise.all([
    processes.next(`${old} to stop`, patienceMs, is('Follower', old)),
    processes.next(`a leader after ${old}`, patienceMs, isOtherLeader(old)),
    processes.next(`the exit of ${old}`, patienceMs, is('Exited', old)),
  ]);
  processes.kill(old, 'SIGTERM');
  const [from, to] = await seen;
  return measured(processes, 'handover', { from, to, predicted, bestMs: 0, worstMs: worst });
}

async function failOver(processes, old, { crashFailoverMs: { best, worst }, timing }) {
  const predicted = `${Math.floor(best)} to ${Math.ceil(worst)} ms`;
  const delay = `the lock-delay of ${timing.lockDelayMs / 1_000} s`;
  processes.say(
    `Failover: ${old} gets a SIGKILL.`,
    `Predicted gap: ${predicted}. Consul keeps the session for twice`,
    `the TTL of ${timing.sessionTtlMs / 1_000} s after its last renewal, then comes ${delay}.`,
  );
  const leaderless = processes.next(
    'the end of the session',
    worst + patienceMs,
    isLeaderless(old),
  );
  const leader = processes.next(`a leader after ${old}`, worst + patienceMs, isOtherLeader(old));
  const from = { name: old, atMs: nowMs() };
  processes.kill(old, 'SIGKILL');
  const [to] = await Promise.all([
    leader,
    leaderless.then(({ atMs }) => {
      const afterMs = Math.round(atMs - from.atMs);
      processes.say(
        `Consul has ended the session of ${old}, ${afterMs} ms after the kill.`,
        `Nobody gets the lock during ${delay}.`,
      );
    }),
  ]);
  return measured(processes, 'failover', { from, to, predicted, bestMs: best, worstMs: worst });
}

function measured(processes, event, { from, to, predicted, bestMs, worstMs }) {
  const gapMs = to.atMs - from.atMs;
  processes.say(`Gap of the ${event} from ${from.name} to ${to.name}: ${gapMs.toFixed(1)} ms.`);
  const isPredicted = bestMs <= gapMs && gapMs <= worstMs;
  return { event, from: from.name, to: to.name, gapMs, predicted, isPredicted };
}

async function leave(processes, leaving) {
  const exits = leaving.map((name) =>
    processes.next(`the exit of ${name}`, patienceMs, is('Exited', name)),
  );
  leaving.forEach((name) => processes.kill(name, 'SIGTERM'));
  await Promise.all(exits);
}

const is = (kind, name) => (event) => event.kind === kind && event.name === name;

const isOtherLeader = (old) => (event) => event.kind === 'Leader' && event.name !== old;

const isLeaderless = (old) => (event) =>
  event.kind === 'Follower' && event.name !== old && event.leader === undefined;

const round = (valueMs) => Math.round(valueMs * 10) / 10;
