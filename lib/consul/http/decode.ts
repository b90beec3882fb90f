import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { isSafeNumber, parse } from 'lossless-json';
import type { KeyEntry } from './answers.js';

const absentText = t.union([t.string, t.null, t.undefined]);

/** An unsigned integer, exact also above 2^53, where the parser hands over a bigint. */
const unsigned = new t.Type<bigint, bigint>(
  'unsigned integer',
  (value): value is bigint => typeof value === 'bigint',
  (value, context) => {
    const exact = typeof value === 'bigint' || Number.isSafeInteger(value);
    const integer = exact ? BigInt(value as bigint | number) : -1n;
    return integer >= 0n ? t.success(integer) : t.failure(value, context);
  },
  t.identity,
);

/** An index of the raft log. */
const raftIndex = t.refinement(
  t.number,
  (value) => Number.isSafeInteger(value) && value >= 0,
  'index',
);

const nonEmpty = t.refinement(t.string, (value) => value !== '', 'text');

/** The answer of `session/create`. */
export const createdCodec = t.type({ ID: nonEmpty });

/** What `session/renew` and `session/info` list. */
export const sessionsCodec = t.array(
  t.type({
    ID: nonEmpty,
    Name: t.string,
    Node: t.string,
    LockDelay: unsigned,
    Behavior: t.string,
    TTL: absentText,
    CreateIndex: raftIndex,
  }),
);

const entryCodec = t.type({
  Key: t.string,
  Value: absentText,
  Flags: unsigned,
  Session: absentText,
  CreateIndex: raftIndex,
  ModifyIndex: raftIndex,
  LockIndex: raftIndex,
});

/** What a read of one key lists. */
export const entriesCodec = t.array(entryCodec);

/** An entry as Consul lists it. */
export type ListedEntry = t.TypeOf<typeof entryCodec>;

/** A transaction that was applied, of which only the indexes matter. */
export const txnResultsCodec = t.type({
  Results: t.array(t.type({ KV: t.type({ Key: t.string, ModifyIndex: raftIndex }) })),
});

/** A transaction that was applied. */
export const txnEntriesCodec = t.type({ Results: t.array(t.type({ KV: entryCodec })) });

/** A transaction that was refused: why, operation by operation. */
export const txnErrorsCodec = t.type({
  Errors: t.array(t.type({ OpIndex: t.number, What: t.string })),
});

/** An integer that a double cannot hold becomes a bigint; Go's lock flag is one. */
const exactNumber = (text: string): number | bigint =>
  /^-?\d+$/.test(text) && !isSafeNumber(text) ? BigInt(text) : Number(text);

/**
 * Reads an answer's body; on the left, in a few words, what is wrong with it.
 *
 * JSON is parsed rather than compared as text, since a development agent pretty-prints.
 */
export function decode<A>(codec: t.Decoder<unknown, A>, body: string): E.Either<string, A> {
  return pipe(
    E.tryCatch(
      () => parse(body, undefined, exactNumber),
      () => notJson(body),
    ),
    E.chain((value) => pipe(codec.decode(value), E.mapLeft(shapeError))),
  );
}

function notJson(body: string): string {
  if (/^\s*</.test(body)) return 'it is an HTML page, probably from a proxy';
  return body.trim() === '' ? 'it is empty' : 'the JSON is invalid or incomplete';
}

/** Where it does not fit, without what stood there: a value may be somebody's secret. */
function shapeError(errors: t.Errors): string {
  const path = errors[0]?.context.map(({ key }) => key).filter((key) => key !== '');
  return path === undefined || path.length === 0
    ? 'it does not have the expected fields'
    : `${path.join('.')} is missing or has the wrong type`;
}

/** An entry in this library's terms. */
export const entryOf = (entry: ListedEntry): KeyEntry => ({
  key: entry.Key,
  value: Buffer.from(entry.Value ?? '', 'base64').toString('utf8'),
  flags: entry.Flags,
  sessionId: entry.Session ?? undefined,
  createIndex: entry.CreateIndex,
  modifyIndex: entry.ModifyIndex,
  lockIndex: entry.LockIndex,
});

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/gy;

/** Milliseconds of a duration as Go writes it, for example `1m30s`; `undefined` for anything else. */
export function goDurationMs(text: string): number | undefined {
  const parts = [...text.matchAll(part)];
  const length = parts.reduce((sum, [whole]) => sum + whole.length, 0);
  if (parts.length === 0 || length !== text.length) return undefined;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? 0), 0);
}
