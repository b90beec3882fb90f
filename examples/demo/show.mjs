// What happens, in order. The measured gaps are between what two processes said themselves, on the
// monotonic clock that all processes of a machine share.
import { nowMs } from './cast.mjs';

const names = ['alpha', 'beta', 'gamma'];

/** Long enough to see who leads. */
const pauseMs = 2_500;

/** Longer than anything but a failover takes. */
const patienceMs = 10_000;

/** The whole show: elects, hands over, fails over, and resolves with the two gaps. */
export async function show(cast, prediction) {
  names.forEach(cast.start);
  const first = await cast.next('a first leader', patienceMs, ({ kind }) => kind === 'Leader');
  await cast.pause(pauseMs);

  const handover = await handOver(cast, first.name, prediction.handoverMs);
  cast.start(first.name);
  await cast.pause(pauseMs);

  const failover = await failOver(cast, handover.to, prediction);
  await cast.pause(pauseMs);

  cast.say('The end: the others are told to go.');
  // The leader goes last, or another one would be elected for a moment.
  await leave(
    cast,
    cast.running().filter((name) => name !== failover.to),
  );
  await leave(cast, [failover.to]);
  return [handover, failover];
}

async function handOver(cast, old, { typical, worst }) {
  const predicted = `up to ${Math.ceil(worst)} ms`;
  cast.say(
    `Handover: ${old} gets a SIGTERM, so it resigns.`,
    `Predicted gap: ${predicted}; two round trips (${round(typical)} ms) at best.`,
  );
  const seen = Promise.all([
    cast.next(`${old} to stop`, patienceMs, is('Follower', old)),
    cast.next(`a leader after ${old}`, patienceMs, isOtherLeader(old)),
    cast.next(`the exit of ${old}`, patienceMs, is('Exited', old)),
  ]);
  cast.kill(old, 'SIGTERM');
  const [from, to] = await seen;
  return measured(cast, 'handover', { from, to, predicted, bestMs: 0, worstMs: worst });
}

async function failOver(cast, old, { crashFailoverMs: { best, worst }, timing }) {
  const predicted = `${Math.floor(best)} to ${Math.ceil(worst)} ms`;
  const delay = `the lock-delay of ${timing.lockDelayMs / 1_000} s`;
  cast.say(
    `Failover: ${old} gets a SIGKILL.`,
    `Predicted gap: ${predicted}. Consul keeps the session for twice`,
    `the TTL of ${timing.sessionTtlMs / 1_000} s after its last renewal, then comes ${delay}.`,
  );
  const vacancy = cast.next('the end of the session', worst + patienceMs, isLeaderless(old));
  const leader = cast.next(`a leader after ${old}`, worst + patienceMs, isOtherLeader(old));
  const from = { name: old, atMs: nowMs() };
  cast.kill(old, 'SIGKILL');
  const [to] = await Promise.all([
    leader,
    vacancy.then(({ atMs }) => {
      const afterMs = Math.round(atMs - from.atMs);
      cast.say(
        `Consul has ended the session of ${old}, ${afterMs} ms after the kill.`,
        `Nobody gets the lock during ${delay}.`,
      );
    }),
  ]);
  return measured(cast, 'failover', { from, to, predicted, bestMs: best, worstMs: worst });
}

function measured(cast, event, { from, to, predicted, bestMs, worstMs }) {
  const gapMs = to.atMs - from.atMs;
  cast.say(`Gap of the ${event} from ${from.name} to ${to.name}: ${gapMs.toFixed(1)} ms.`);
  const isPredicted = bestMs <= gapMs && gapMs <= worstMs;
  return { event, from: from.name, to: to.name, gapMs, predicted, isPredicted };
}

async function leave(cast, leaving) {
  const exits = leaving.map((name) =>
    cast.next(`the exit of ${name}`, patienceMs, is('Exited', name)),
  );
  leaving.forEach((name) => cast.kill(name, 'SIGTERM'));
  await Promise.all(exits);
}

const is = (kind, name) => (event) => event.kind === kind && event.name === name;

const isOtherLeader = (old) => (event) => event.kind === 'Leader' && event.name !== old;

const isLeaderless = (old) => (event) =>
  event.kind === 'Follower' && event.name !== old && event.leader === undefined;

const round = (valueMs) => Math.round(valueMs * 10) / 10;
