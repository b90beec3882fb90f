import * as E from 'fp-ts/lib/Either.js';
import type { ConsulState } from '../model/state.js';
import { answer, type Call, type ModelResponse, type Outcome } from './message.js';
import { blockingOptions } from './parameters.js';

/** A reading of which the caller may have the answer held back until something changes. */
export function reading(
  call: Call,
  index: (state: ConsulState) => number,
  respond: (state: ConsulState) => ModelResponse,
): Outcome {
  const options = blockingOptions(call);
  if (E.isLeft(options)) return answer(options.left);
  const response = (state: ConsulState): ModelResponse => {
    const { headers, ...rest } = respond(state);
    return { ...rest, headers: { ...headers, ...indexHeaders(index(state)) } };
  };
  return { kind: 'read', index, response, ...options.right };
}

/** Headers of an answer by a server that knows its leader. */
export const leaderHeaders = {
  'x-consul-knownleader': 'true',
  'x-consul-lastcontact': '0',
} as const;

function indexHeaders(index: number): Readonly<Record<string, string>> {
  return { 'x-consul-index': String(index), ...leaderHeaders };
}
