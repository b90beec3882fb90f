import * as E from 'fp-ts/lib/Either.js';
import { applyTransaction, type TransactionOutcome } from '../../model/transaction.js';
import { isRead } from '../../model/verbs.js';
import { answer, jsonResponse, type Handler, type ModelResponse } from '../message.js';
import { bodyProblem } from '../parameters.js';
import { leaderHeaders } from '../reading.js';
import { entryJson } from '../representation.js';
import { decodeTransaction } from '../bodies/transactionBody.js';

/** `PUT /v1/txn` */
export const transaction: Handler = (state, call, nowMs) => {
  const refusal = bodyProblem(call, 'txn_max_req_len');
  if (refusal !== undefined) return [state, answer(refusal)];
  const operations = decodeTransaction(new TextDecoder().decode(call.body));
  if (E.isLeft(operations)) return [state, answer(operations.left)];
  const [next, outcome] = applyTransaction(state, operations.right, nowMs);
  const respond = operations.right.every(isRead) ? readResponse : response;
  return [next, answer(respond(outcome))];
};

/** A transaction that only reads also says how fresh its answer is. */
function readResponse(outcome: TransactionOutcome): ModelResponse {
  const freshness = { Index: 0, LastContact: 0, KnownLeader: true, ConsistencyLevel: '' };
  const { headers, ...rest } = response(outcome, freshness);
  return { ...rest, headers: { ...headers, ...leaderHeaders } };
}

function response(outcome: TransactionOutcome, more: object = {}): ModelResponse {
  if (E.isRight(outcome)) {
    const results = outcome.right.map((entry) => ({ KV: entryJson(entry) }));
    return jsonResponse({ Results: results, Errors: null, ...more });
  }
  const errors = outcome.left.map(({ opIndex, what }) => ({ OpIndex: opIndex, What: what }));
  return jsonResponse({ Results: null, Errors: errors, ...more }, 409);
}
