import { isSafeNumber, parse } from 'lossless-json';
import { map, timer, type Observable } from 'rxjs';
import type { Time } from '../../lib/ports/time.js';
import type { Transport, TransportRequest, TransportResponse } from '../../lib/ports/transport.js';
import type { CheckStatus } from '../../lib/testing/index.js';
import { wait, type Script } from './script.js';

/** A Consul of whatever kind, as the scenarios see it. */
export interface Place {
  readonly transport: Transport;
  readonly time: Time;
  /** Name of the agent's node. */
  readonly nodeName: string;
  /** Changes the status of a check in Consul's catalog. */
  readonly setNodeCheck: (check: string, status: CheckStatus) => Observable<unknown>;
}

/** An entry as Consul writes it. Numbers above 2^53 are bigints. */
export interface EntryJson {
  readonly Key: string;
  readonly Value: string | null;
  readonly Flags: number | bigint;
  readonly Session?: string;
  readonly LockIndex: number;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

/** One operation of a transaction. */
export interface OperationJson {
  readonly Verb: string;
  readonly Key?: string;
  readonly Value?: string;
  readonly Flags?: number;
  readonly Index?: number;
  readonly Session?: string;
}

/** More methods than a transport has to know, for an answer that refuses them. */
type Method = TransportRequest['method'] | 'POST' | 'OPTIONS';

export interface AskOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a scenario can do. Keys and sessions belong to one scenario alone, so that all can run at once. */
export interface Harness extends Pick<Place, 'nodeName'> {
  /** Turns a name into a key of this scenario. */
  readonly key: (name: string) => string;
  readonly ask: (method: Method, path: string, options?: AskOptions) => Script<TransportResponse>;
  /** A key's endpoint with the given parameters. */
  readonly get: (name: string, query?: AskOptions['query']) => Script<TransportResponse>;
  readonly put: (
    name: string,
    body: string,
    query?: AskOptions['query'],
  ) => Script<TransportResponse>;
  readonly remove: (name: string, query?: AskOptions['query']) => Script<TransportResponse>;
  readonly create: (body: object) => Script<TransportResponse>;
  /** Makes a session without checks and gives its ID. */
  readonly session: (body?: object) => Script<string>;
  readonly destroy: (id: string) => Script<TransportResponse>;
  readonly info: (id: string) => Script<unknown>;
  readonly entry: (name: string) => Script<EntryJson>;
  readonly transact: (...operations: readonly OperationJson[]) => Script<TransportResponse>;
  readonly pause: (durationMs: number) => Script<unknown>;
  /** This process's monotonic clock. */
  readonly nowMs: () => number;
  readonly setNodeCheck: (check: string, status: CheckStatus) => Script<unknown>;
}

/** The stage for one scenario at a place. */
export function harnessAt(place: Place, prefix: string): Harness {
  const { transport, time, nodeName } = place;
  const key = (name: string) => `${prefix}/${name}`;
  const path = (name: string) => `/v1/kv/${key(name)}`;
  const ask: Harness['ask'] = (method, to, { query = {}, body } = {}) =>
    wait(
      transport.request({
        ...{ path: to, query, longPoll: query['index'] !== undefined },
        method: method as TransportRequest['method'],
        ...(body === undefined ? {} : { body }),
      }),
    );
  const create: Harness['create'] = (body) =>
    ask('PUT', '/v1/session/create', { body: JSON.stringify(body) });
  return {
    ...{ nodeName, key, ask, create },
    get: (name, query = {}) => ask('GET', path(name), { query }),
    put: (name, body, query = {}) => ask('PUT', path(name), { query, body }),
    remove: (name, query = {}) => ask('DELETE', path(name), { query }),
    *session(body = {}) {
      const answer = yield* create({ Checks: [], LockDelay: '0s', ...body });
      return (json(answer) as { ID: string }).ID;
    },
    destroy: (id) => ask('PUT', `/v1/session/destroy/${id}`),
    *info(id) {
      return json(yield* ask('GET', `/v1/session/info/${id}`));
    },
    *entry(name) {
      return (json(yield* ask('GET', path(name))) as [EntryJson])[0];
    },
    transact: (...operations) =>
      ask('PUT', '/v1/txn', { body: JSON.stringify(operations.map((KV) => ({ KV }))) }),
    nowMs: () => time.now().monotonicMs,
    pause: (durationMs) => wait(timer(durationMs, time.scheduler)),
    setNodeCheck: (check, status) => wait(place.setNodeCheck(check, status).pipe(map(() => null))),
  };
}

/** The JSON of an answer. A dev agent prints it on several lines, so texts are never compared. */
export function json({ body }: TransportResponse): unknown {
  return parse(body, undefined, {
    parseNumber: (text) =>
      /^-?\d+$/.test(text) && !isSafeNumber(text) ? BigInt(text) : Number(text),
  });
}

/** What Consul calls the index of an answer. */
export function indexOf({ headers }: TransportResponse): number {
  return Number(headers['x-consul-index']);
}

/** A number, whatever it is. */
export const aNumber = expect.any(Number) as unknown;

/** A text that contains this one. */
export function containing(text: string): unknown {
  return expect.stringContaining(text);
}

/** Text as Consul keeps it. */
export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
