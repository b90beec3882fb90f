import { sequenceS } from 'fp-ts/lib/Apply.js';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { parseGoDuration } from '../../encoding/goDuration.js';
import type { SessionRequest } from '../../model/sessions.js';
import type { ServiceCheck } from '../../model/state.js';
import {
  fieldOf,
  isGoObject,
  jsonTypeOf,
  mismatch,
  parseGoJson,
  textField,
  type GoObject,
} from '../goJson.js';
import { textResponse, type ModelResponse } from '../message.js';

/** Consul's limits of a session's TTL: 10 s and 24 h. */
const minTtlNs = 10_000_000_000n;
const maxTtlNs = 86_400_000_000_000n;

/** Below this many nanoseconds, Consul takes a lock-delay for seconds. */
const lockDelayThreshold = 1000n;
const defaultLockDelayNs = 15_000_000_000n;

/** The session that the body of `PUT /v1/session/create` asks for, or the answer that refuses it. */
export function decodeSession(
  body: string,
  id: string,
  nodeName: string,
): E.Either<ModelResponse, SessionRequest> {
  const decoded = pipe(
    body === '' ? E.right({}) : parseGoJson(body),
    E.chain((value) => asObject(value)),
    E.chain((object) => decodeFields(object, id, nodeName)),
    E.mapLeft((problem) => textResponse(400, `Request decode failed: ${problem}`)),
  );
  return pipe(decoded, E.chain(withinLimits));
}

function asObject(value: unknown): E.Either<string, GoObject> {
  if (value === null) return E.right({});
  const type = 'struct { LockDelay interface {}; *structs.Alias }';
  return isGoObject(value)
    ? E.right(value)
    : E.left(`json: cannot unmarshal ${jsonTypeOf(value)} into Go value of type ${type}`);
}

interface Fields {
  readonly id: string;
  readonly name: string;
  readonly node: string;
  readonly ttl: string;
  readonly behavior: string;
  readonly lockDelayNs: bigint;
  readonly legacyChecks: readonly string[];
  readonly nodeChecks: readonly string[];
  readonly serviceChecks: readonly ServiceCheck[] | undefined;
}

function decodeFields(object: GoObject, id: string, nodeName: string): E.Either<string, Fields> {
  return pipe(
    sequenceS(E.Apply)({
      name: textField(object, '', 'Name'),
      node: textField(object, '', 'Node', nodeName),
      ttl: textField(object, '', 'TTL'),
      behavior: textField(object, '', 'Behavior'),
      lockDelayNs: lockDelayField(fieldOf(object, 'LockDelay')),
      legacyChecks: checksField(object, 'Checks', 'types.CheckID'),
      nodeChecks: checksField(object, 'NodeChecks', 'string'),
      serviceChecks: serviceChecksField(fieldOf(object, 'ServiceChecks')),
    }),
    E.map((fields) => ({ ...fields, id, ...effectiveChecks(fields) })),
  );
}

/**
 * What Consul makes of the two lists: either of them given empty empties the other, and the old
 * one is dropped where it says no more than its default.
 */
function effectiveChecks(fields: CheckLists): CheckLists {
  const { legacyChecks, nodeChecks } = fields;
  if (legacyChecks.length === 0) return { legacyChecks, nodeChecks: [] };
  const isDefault = legacyChecks.length === 1 && legacyChecks[0] === 'serfHealth';
  return nodeChecks.length === 0 || isDefault ? { legacyChecks: [], nodeChecks } : fields;
}

type CheckLists = Pick<Fields, 'legacyChecks' | 'nodeChecks'>;

function checksField(
  object: GoObject,
  name: string,
  type: string,
): E.Either<string, readonly string[]> {
  const value = fieldOf(object, name);
  if (value === undefined) return E.right(['serfHealth']);
  if (value === null) return E.right([]);
  if (!Array.isArray(value)) return E.left(mismatch(value, `.${name}`, `[]${type}`));
  const wrong: unknown = value.find((check) => typeof check !== 'string');
  return wrong === undefined
    ? E.right(value as readonly string[])
    : E.left(mismatch(wrong, `.${name}`, type));
}

function serviceChecksField(value: unknown): E.Either<string, readonly ServiceCheck[] | undefined> {
  if (value === undefined || value === null) return E.right(undefined);
  if (!Array.isArray(value) || !value.every(isGoObject)) {
    return E.left(mismatch(value, '.ServiceChecks', '[]structs.ServiceCheck'));
  }
  return E.traverseArray((check: GoObject) =>
    sequenceS(E.Apply)({
      id: textField(check, '.ServiceChecks', 'ID'),
      namespace: textField(check, '.ServiceChecks', 'Namespace'),
    }),
  )(value);
}

/** A text with a unit, or a number: below 1000 seconds, from there on nanoseconds. */
function lockDelayField(value: unknown): E.Either<string, bigint> {
  if (value === undefined || value === null) return E.right(defaultLockDelayNs);
  const ns =
    typeof value === 'string'
      ? parseGoDuration(value)
      : E.right<string, bigint>(wholeNumber(value));
  return E.map((given: bigint) =>
    BigInt.asIntN(64, given < lockDelayThreshold ? given * 1_000_000_000n : given),
  )(ns);
}

/** Go cuts a number's fraction off, and takes every other type for 0. */
function wholeNumber(value: unknown): bigint {
  if (typeof value === 'number') return BigInt(Math.trunc(value));
  return typeof value === 'bigint' ? value : 0n;
}

function withinLimits(fields: Fields): E.Either<ModelResponse, SessionRequest> {
  const behavior = fields.behavior === '' ? 'release' : fields.behavior;
  if (behavior !== 'release' && behavior !== 'delete') {
    return E.left(textResponse(500, `Invalid Behavior setting '${behavior}'`));
  }
  return pipe(
    fields.ttl === '' ? E.right(0n) : ttlNs(fields.ttl),
    E.bimap(
      (problem) => textResponse(500, problem),
      (ns) => ({ ...fields, behavior, ttlMs: Number(ns) / 1e6 }),
    ),
  );
}

function ttlNs(ttl: string): E.Either<string, bigint> {
  return pipe(
    parseGoDuration(ttl),
    E.mapLeft((reason) => `Session TTL '${ttl}' invalid: ${reason}`),
    E.chain((ns) =>
      ns === 0n || (ns >= minTtlNs && ns <= maxTtlNs)
        ? E.right(ns)
        : E.left(`Invalid Session TTL '${ns}', must be between [10s=24h0m0s]`),
    ),
  );
}
