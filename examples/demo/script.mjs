// What happens, in order. Each act is an observable of what is to be told of it: phases, notices and
// results. What the contenders report meanwhile reaches the audience on its own.
import {
  concat,
  defer,
  forkJoin,
  ignoreElements,
  interval,
  map,
  merge,
  of,
  shareReplay,
  takeUntil,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { nowMs } from './clock.mjs';
import { DemoFailure } from './failure.mjs';
import { duration, predictedFailover, predictedHandover } from './wording.mjs';

/** Long enough to see who leads. */
const pause$ = timer(2_500).pipe(ignoreElements());

/** Longer than anything but a failover takes. */
const patienceMs = 10_000;

/** The whole show. Errors with a `DemoFailure` when something does not happen in time. */
export function script(cast, prediction) {
  return concat(
    election(cast),
    pause$,
    handover(cast, prediction),
    pause$,
    failover(cast, prediction),
    pause$,
    farewell(cast),
  );
}

function election(cast) {
  return concat(
    phase('Election.', 'Three processes contend for one key of Consul.'),
    cast.withLeader(() => []).pipe(within(patienceMs, 'the first leader')),
  );
}

function handover(cast, prediction) {
  return cast.withLeader((old) => {
    const handedOver$ = forkJoin({
      from: cast.next((event) => event.name === old.name && event.kind === 'Follower'),
      to: cast.next((event) => event.name !== old.name && event.kind === 'Leader'),
      left: cast.next((event) => event.name === old.name && event.kind === 'Left'),
    }).pipe(
      map(({ from, to }) => ({ kind: 'Handover', from, to, atMs: nowMs() })),
      within(patienceMs, `the handover from ${old.name}`),
    );
    const joined$ = cast.next((event) => event.name === old.name && event.kind === 'Follower');
    return concat(
      phase(
        `Handover: ${old.name} resigns.`,
        `Its work stops, then the lock is released. Predicted: ${predictedHandover(prediction)}.`,
      ),
      merge(handedOver$, old.tell('resign')),
      phase(`${old.name} stands again.`, 'It joins anew, as a contender like the others.'),
      merge(joined$, old.tell('join')).pipe(
        within(patienceMs, `${old.name} to join again`),
        ignoreElements(),
      ),
    );
  });
}

function failover(cast, prediction) {
  return cast.withLeader((old) => {
    const killedAtMs = nowMs();
    const vacated$ = cast
      .next((event) => event.kind === 'Follower' && event.leader === undefined)
      .pipe(shareReplay(1));
    const failedOver$ = forkJoin({
      vacated: vacated$,
      to: cast.next((event) => event.name !== old.name && event.kind === 'Leader'),
    }).pipe(
      map(({ vacated, to }) => ({
        kind: 'Failover',
        from: { name: old.name, atMs: killedAtMs },
        vacatedAtMs: vacated.atMs,
        to,
        atMs: nowMs(),
      })),
      within(prediction.crashFailoverMs.worst + patienceMs, `the failover from ${old.name}`),
    );
    return concat(
      of({ kind: 'Killed', name: old.name, pid: old.pid, atMs: killedAtMs }),
      merge(old.signal('SIGKILL'), whyItTakesSoLong(old, prediction)),
      merge(failedOver$, meanwhile(old, vacated$, killedAtMs, prediction)),
    );
  });
}

function whyItTakesSoLong(old, prediction) {
  const { sessionTtlMs, lockDelayMs } = prediction.timing;
  return phase(
    `Failover: ${old.name} was killed (SIGKILL, pid ${old.pid}).`,
    `Waiting for the next leader, ${predictedFailover(prediction)}: Consul ends a session at twice ` +
      `its TTL (2 x ${duration(sessionTtlMs)}) after the last renewal, and then keeps the lock from ` +
      `everybody for the lock-delay (${duration(lockDelayMs)}).`,
  );
}

function meanwhile(old, vacated$, killedAtMs, { timing }) {
  const since = () => `${duration(nowMs() - killedAtMs)} after the kill`;
  return concat(
    interval(5_000).pipe(
      map(() => notice(`${since()}: Consul still keeps the session of ${old.name}.`)),
      takeUntil(vacated$),
    ),
    vacated$.pipe(
      map(() =>
        notice(
          `${since()}: Consul has ended the session of ${old.name}. ` +
            `Now the lock-delay (${duration(timing.lockDelayMs)}) has to pass.`,
        ),
      ),
    ),
  );
}

function farewell(cast) {
  const leave = (contenders) =>
    merge(
      forkJoin(contenders.map(({ exit$ }) => exit$)),
      ...contenders.map((contender) => contender.signal('SIGTERM')),
    ).pipe(within(patienceMs, 'the others to resign and exit'), ignoreElements());
  return cast.withLeader((leader) =>
    concat(
      phase('Farewell: the others resign and exit by themselves.', 'SIGTERM asks them to.'),
      // The leader goes last, or somebody would be elected for a moment.
      leave(cast.contenders.filter((contender) => contender !== leader)),
      leave([leader]),
    ),
  );
}

const phase = (title, why) => defer(() => of({ kind: 'Phase', title, why, atMs: nowMs() }));

const notice = (text) => ({ kind: 'Notice', text, atMs: nowMs() });

function within(limitMs, what) {
  const failure = () =>
    new DemoFailure(`Waited ${duration(limitMs)} for ${what}, and it did not happen.`);
  return timeout({ first: limitMs, with: () => throwError(failure) });
}
