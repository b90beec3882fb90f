import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { stringify } from 'lossless-json';
import type { Observable } from 'rxjs';
import type { ElectionError } from '../errors.js';
import type { Instant } from '../ports/instant.js';
import type { TransportResponse } from '../ports/transport.js';
import type { AcquireAnswer, RefusalReason } from './answers.js';
import { classifyFailure } from './classifyFailure.js';
import { txnErrorsCodec, txnResultsCodec } from './codecs.js';
import type { Consul } from './consul.js';
import { decode } from './decode.js';
import { keyRule } from './keyPath.js';
import { send } from './send.js';

/** The lock to take. */
export interface AcquireRequest {
  /** The key, as it is called in Consul's KV store. */
  readonly key: string;
  /** ID of the session that is to hold it. */
  readonly sessionId: string;
  /** The key's value while it is held. */
  readonly value: string;
  /** The key's flags, an unsigned number of 64 bits. */
  readonly flags: bigint;
  /** Takes the lock only where this entry, or none, still stands. Defaults to whatever stands there. */
  readonly expected?: ExpectedEntry | 'absent';
}

/** An entry that must not have changed. */
export interface ExpectedEntry {
  /** Raft index of the entry's last change, as it was read. */
  readonly modifyIndex: number;
}

/**
 * Takes a lock in one round trip: a transaction with the verb `lock`, which brings the fencing token
 * with it and says why it is refused. Taking a lock that the session holds already changes nothing.
 *
 * Source: https://developer.hashicorp.com/consul/api-docs/txn.
 */
export function acquireKey(consul: Consul, request: AcquireRequest): Observable<AcquireAnswer> {
  const { key, sessionId } = request;
  const context = { rule: keyRule(key, 'write'), sessionId };
  return send(consul, {
    ...context,
    method: 'PUT',
    path: '/v1/txn',
    body: operations(request),
    expected: [409],
    read: (response, sentAt) =>
      response.status === 409
        ? refusal(response, sentAt, context)
        : acquired(response, sentAt, key),
  });
}

/** The body; the flags must be digits, and `JSON.stringify` has no integers above 2^53. */
function operations({ key, sessionId, value, flags, expected }: AcquireRequest): string {
  const condition =
    expected === undefined
      ? []
      : expected === 'absent'
        ? [{ KV: { Verb: 'check-not-exists', Key: key } }]
        : [{ KV: { Verb: 'check-index', Key: key, Index: expected.modifyIndex } }];
  const Value = Buffer.from(value, 'utf8').toString('base64');
  const lock = { KV: { Verb: 'lock', Key: key, Value, Flags: flags, Session: sessionId } };
  return stringify([...condition, lock]) ?? '';
}

const acquired = (
  { body }: TransportResponse,
  sentAt: Instant,
  key: string,
): E.Either<string, AcquireAnswer> =>
  pipe(
    decode(txnResultsCodec, body),
    E.chain(({ Results }) => {
      const entry = Results.map(({ KV }) => KV).findLast(({ Key }) => Key === key);
      return entry
        ? E.right({ kind: 'acquired', modifyIndex: entry.ModifyIndex, sentAt })
        : E.left('it does not list the key');
    }),
  );

/**
 * What the texts of a refused transaction mean. Consul lists every operation that failed, except that
 * a lock-delay is checked before all others. An entry that changed is read again anyway, which shows
 * whether somebody holds it.
 */
const refusals: readonly (readonly [text: string, reason: RefusalReason])[] = [
  ['due to lock delay', 'lock-delay'],
  ['failed index check', 'changed'],
  ['exists', 'changed'],
  ["doesn't exist", 'changed'],
  ['lock is already held', 'held'],
];

const refusal = (
  response: TransportResponse,
  sentAt: Instant,
  context: { readonly rule: string; readonly sessionId: string },
): E.Either<string | ElectionError, AcquireAnswer> =>
  pipe(
    decode(txnErrorsCodec, response.body),
    E.chainW(({ Errors }) => {
      const said = Errors.map(({ What }) => What).join('; ');
      const known = refusals.find(([text]) => said.includes(text));
      return known === undefined
        ? E.left(classifyFailure({ ...response, body: said }, { ...context, what: 'PUT /v1/txn' }))
        : E.right({ kind: 'refused', reason: known[1], sentAt });
    }),
  );
