import { textResponse, type Call, type ModelResponse } from './message.js';

/** What a real Consul has under `/v1/` besides the endpoints of the model, as of 1.8. */
const families = [
  ...['acl', 'agent', 'catalog', 'config', 'connect', 'coordinate', 'discovery-chain', 'event'],
  ...['health', 'internal', 'operator', 'query', 'session', 'snapshot', 'status'],
] as const;

/**
 * The answer to a path that is no endpoint here: 404 as Consul answers it, or 501 where a real
 * Consul may have one, so that nobody takes it for a thing that is not there.
 */
export function unservedPath(method: string, path: string): ModelResponse {
  const known = families.some((family) => `${path}/`.startsWith(`/v1/${family}/`));
  return textResponse(known ? 501 : 404, notServed(`${method} ${path}`));
}

/** Refuses parameters without which the answer would be another one in a real Consul. */
export function unservedParameters(
  { method, query }: Call,
  names: readonly string[],
): ModelResponse | undefined {
  const name = names.find((other) => query[other] !== undefined);
  return name === undefined ? undefined : textResponse(501, notServed(`${method} with ?${name}`));
}

function notServed(what: string): string {
  return (
    `This Consul of rxjs-leader-election/testing does not serve ${what}. It has keys, sessions, ` +
    'transactions, TTL checks and its one node. Use a real Consul for anything else.'
  );
}
