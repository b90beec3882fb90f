import { sequenceS } from 'fp-ts/lib/Apply.js';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { decodeBase64, encodeBase64 } from '../../encoding/base64.js';
import type { TransactionOperation } from '../../model/verbs.js';
import {
  fieldOf,
  isGoObject,
  jsonTypeOf,
  parseGoJson,
  textField,
  uint64Field,
  type GoObject,
} from '../goJson.js';
import { textResponse, type ModelResponse } from '../message.js';

/** The most operations that one transaction may hold. */
const maxOperations = 64;

/** The operations in the body of `PUT /v1/txn`, or the answer that refuses it. */
export function decodeTransaction(
  body: string,
): E.Either<ModelResponse, readonly TransactionOperation[]> {
  return pipe(
    parseGoJson(body),
    E.chain(asList),
    E.chain(E.traverseArray(keyOperation)),
    E.mapLeft((problem) => textResponse(400, `Failed to parse body: ${problem}`)),
    E.chain((operations) =>
      operations.length > maxOperations
        ? E.left(tooMany(operations.length))
        : E.right(operations.filter((operation) => operation !== undefined)),
    ),
  );
}

function tooMany(count: number): ModelResponse {
  return textResponse(
    413,
    `Transaction contains too many operations (${count} > ${maxOperations})`,
  );
}

function asList(value: unknown): E.Either<string, readonly unknown[]> {
  if (value === null) return E.right([]);
  return Array.isArray(value)
    ? E.right(value as readonly unknown[])
    : E.left(goValueProblem(value, 'api.TxnOps'));
}

/** One operation; `undefined` for an object without any, which Consul passes over. */
function keyOperation(value: unknown): E.Either<string, TransactionOperation | undefined> {
  if (value === null) return E.right(undefined);
  if (!isGoObject(value)) return E.left(goValueProblem(value, 'api.TxnOp'));
  const unknown = Object.keys(value).find((name) => name.toLowerCase() !== 'kv');
  if (unknown !== undefined) return E.left(`json: unknown field ${JSON.stringify(unknown)}`);
  const operation = fieldOf(value, 'KV');
  if (operation === undefined || operation === null) return E.right(undefined);
  return isGoObject(operation)
    ? decodeOperation(operation)
    : E.left(goValueProblem(operation, 'api.KVTxnOp'));
}

function decodeOperation(operation: GoObject): E.Either<string, TransactionOperation> {
  const where = 'KVTxnOp.KV';
  return sequenceS(E.Apply)({
    verb: textField(operation, where, 'Verb'),
    key: textField(operation, where, 'Key'),
    valueBase64: pipe(
      textField(operation, where, 'Value'),
      E.chain(decodeBase64),
      E.map(encodeBase64),
    ),
    flags: uint64Field(operation, where, 'Flags'),
    index: uint64Field(operation, where, 'Index'),
    sessionId: textField(operation, where, 'Session'),
  });
}

function goValueProblem(value: unknown, type: string): string {
  return `json: cannot unmarshal ${jsonTypeOf(value)} into Go value of type ${type}`;
}
