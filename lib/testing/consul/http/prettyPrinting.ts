import { parse, stringify } from 'lossless-json';
import type { ModelRequest, ModelResponse, Outcome } from './message.js';

/** The outcome, its JSON on several lines if the request has `?pretty`. */
export function asAsked({ query }: ModelRequest, outcome: Outcome): Outcome {
  if (query['pretty'] === undefined) return outcome;
  if (outcome.kind === 'answer') return { ...outcome, response: pretty(outcome.response) };
  return { ...outcome, response: (state) => pretty(outcome.response(state)) };
}

/** Indented by four blanks, and with a line feed at the end. */
function pretty(response: ModelResponse): ModelResponse {
  const { headers, body } = response;
  return headers['content-type'] === 'application/json' && typeof body === 'string'
    ? { ...response, body: `${stringify(parse(body), null, 4) ?? ''}\n` }
    : response;
}
