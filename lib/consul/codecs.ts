import * as t from 'io-ts';

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
