import * as E from 'fp-ts/lib/Either.js';
import { parseGoDuration } from '../encoding/goDuration.js';
import { textResponse, type Call, type ModelResponse } from './message.js';

/** How a reading may wait. */
export interface BlockingOptions {
  readonly minIndex: number;
  readonly waitMs: number;
}

/** Consul's default wait, its longest, both in milliseconds. */
const defaultWaitMs = 300_000;
const maxWaitMs = 600_000;

/** Refuses what only Consul Enterprise has. */
export function namespaceProblem({ query }: Call): ModelResponse | undefined {
  return given(query['ns'])
    ? textResponse(
        400,
        'Bad request: Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature',
      )
    : undefined;
}

/** Refuses every datacenter but the model's own. */
export function datacenterProblem({ query }: Call): ModelResponse | undefined {
  return given(query['dc']) && query['dc'] !== datacenter
    ? textResponse(500, 'No path to datacenter')
    : undefined;
}

/** The model's only datacenter. */
export const datacenter = 'dc1';

/** `index`, `wait` and the consistency modes of a reading, or the answer that refuses them. */
export function blockingOptions({ query }: Call): E.Either<ModelResponse, BlockingOptions> {
  const wait = given(query['wait']) ? parseGoDuration(query['wait']) : E.right(0n);
  if (E.isLeft(wait)) return E.left(textResponse(400, 'Invalid wait time'));
  const minIndex = given(query['index']) ? parseUint64(query['index']) : E.right(0n);
  if (E.isLeft(minIndex)) return E.left(textResponse(400, 'Invalid index'));
  if (query['stale'] !== undefined && query['consistent'] !== undefined) {
    return E.left(
      textResponse(400, 'Cannot specify ?stale with ?consistent, conflicting semantics.'),
    );
  }
  const waitMs = Number(wait.right) / 1e6;
  return E.right({
    minIndex: Number(minIndex.right),
    waitMs: waitMs <= 0 ? defaultWaitMs : Math.min(waitMs, maxWaitMs),
  });
}

/** An unsigned number of 64 bits in a query, or Go's complaint. */
export function parseUint64(text: string): E.Either<string, bigint> {
  const complaint = (reason: string): E.Either<string, bigint> =>
    E.left(`strconv.ParseUint: parsing ${JSON.stringify(text)}: ${reason}`);
  if (!/^\d+$/.test(text)) return complaint('invalid syntax');
  const number = BigInt(text);
  return number < 2n ** 64n ? E.right(number) : complaint('value out of range');
}

/** Refuses more than one of several parameters that exclude each other. */
export function conflict({ query }: Call, names: readonly string[]): ModelResponse | undefined {
  if (names.filter((name) => query[name] !== undefined).length < 2) return undefined;
  const parameters = new URLSearchParams(query);
  parameters.sort();
  return textResponse(400, `Conflicting flags: ${parameters.toString()}`);
}

/** Refuses a body above the 512 KiB that Consul takes; `setting` is the limit's name in its docs. */
export function bodyProblem(call: Call, setting: string): ModelResponse | undefined {
  const { body, bodyBytes = body.length } = call;
  return bodyBytes <= maxBodyBytes
    ? undefined
    : textResponse(
        413,
        `Request body(${bodyBytes} bytes) too large, max size: ${maxBodyBytes} bytes. ` +
          `See https://www.consul.io/docs/agent/options.html#${setting}.`,
      );
}

/** The largest body of a key or a transaction. */
export const maxBodyBytes = 524_288;

/** Go reads an absent parameter and an empty one alike. */
function given(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
