import {
  catchError,
  concat,
  concatMap,
  defer,
  finalize,
  ignoreElements,
  map,
  NEVER,
  of,
  repeat,
  tap,
  throwError,
  toArray,
} from 'rxjs';
import { consulFrom, readRaftLeader } from 'rxjs-leader-election';
import { embeddedConsul } from 'rxjs-leader-election/testing';
import { nowMs } from './clock.mjs';
import { DemoFailure } from './failure.mjs';

/**
 * Where the show takes place: a Consul that answers, and how long it takes to. An embedded one lives
 * until unsubscribed.
 */
export function place(given) {
  return addressOf(given).pipe(
    concatMap((address) => {
      const consul = consulFrom({ address });
      const title = `${given === undefined ? 'an embedded Consul' : 'the Consul'} at ${address}`;
      return roundTrip(consul).pipe(
        catchError(({ message }) =>
          throwError(() => new DemoFailure(`The demo cannot use ${title}. ${message}`)),
        ),
        map((roundTripMs) => ({ consul, address, title, roundTripMs })),
        finalize(() => disconnect(consul)),
      );
    }),
  );
}

function addressOf(given) {
  if (given !== undefined) return concat(of(given), NEVER);
  // What the environment says is meant for another Consul.
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('CONSUL_')) delete process.env[name];
  }
  return embeddedConsul().pipe(map(({ address }) => address));
}

/** The median of nine requests after a first one, which has a connection to make. */
function roundTrip(consul) {
  const answered$ = defer(() => {
    const sentAtMs = nowMs();
    return readRaftLeader(consul).pipe(
      tap((leader) => {
        if (leader === '') throw new DemoFailure('It has no raft leader at the moment.');
      }),
      map(() => nowMs() - sentAtMs),
    );
  });
  return answered$.pipe(
    repeat(10),
    toArray(),
    map((times) => times.slice(1).sort((one, other) => one - other)[4]),
  );
}

/** Removes the key of a run, so that nothing is left behind in a real Consul. */
export function tidy(consul, key) {
  return consul.transport
    .request({ method: 'DELETE', path: `/v1/kv/${key}`, query: {}, longPoll: false })
    .pipe(
      ignoreElements(),
      finalize(() => disconnect(consul)),
    );
}

/** An idle connection would keep this process waiting at its end. */
function disconnect(consul) {
  consul.transport.close().subscribe();
}
