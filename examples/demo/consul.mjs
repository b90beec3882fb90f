import {
  catchError,
  defer,
  EMPTY,
  firstValueFrom,
  lastValueFrom,
  map,
  repeat,
  timeout,
  toArray,
} from 'rxjs';
import { consulFrom, isElectionError, readRaftLeader } from 'rxjs-leader-election';
import { embeddedConsul } from 'rxjs-leader-election/testing';
import { DemoFailure, nowMs } from './processes.mjs';

/** A Consul that answers: the one at the address, or an embedded one. */
export async function openConsul(given) {
  const { address, stop } = given === undefined ? await embedded() : { address: given };
  const consul = consulFrom({ address });
  const close = async () => {
    await ended(consul.transport.close());
    stop?.();
  };
  const title = given === undefined ? `an embedded one at ${address}` : address;
  try {
    return {
      address,
      title,
      close,
      roundTripMs: await roundTripOf(consul),
      remove: removal(consul),
    };
  } catch (error) {
    await close();
    throw isElectionError(error) ? new DemoFailure(`No demo on ${title}. ${error.message}`) : error;
  }
}

function embedded() {
  // What the environment says is meant for another Consul.
  const names = Object.keys(process.env).filter((name) => name.startsWith('CONSUL_'));
  for (const name of names) delete process.env[name];
  return new Promise((resolve, reject) => {
    const running = embeddedConsul().subscribe({
      next: ({ address }) => resolve({ address, stop: () => running.unsubscribe() }),
      error: reject,
    });
  });
}

/** The median round trip of nine, to a tenth; one before them has the connection to make. */
async function roundTripOf(consul) {
  const answered$ = defer(() => {
    const sentAtMs = nowMs();
    return readRaftLeader(consul).pipe(map(() => nowMs() - sentAtMs));
  });
  const times = await firstValueFrom(answered$.pipe(repeat(10), toArray()));
  return Math.round(times.slice(1).sort((one, other) => one - other)[4] * 10) / 10;
}

/** Removes a key, so that nothing of the demo is left behind, if Consul still answers. */
const removal = (consul) => (key) => {
  const request = { method: 'DELETE', path: `/v1/kv/${key}`, query: {}, longPoll: false };
  const removed$ = consul.transport.request(request).pipe(timeout(consul.requestTimeoutMs));
  return ended(removed$.pipe(catchError(() => EMPTY)));
};

const ended = (source$) => lastValueFrom(source$, { defaultValue: undefined });
