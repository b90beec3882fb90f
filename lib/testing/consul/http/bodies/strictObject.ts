import * as E from 'fp-ts/lib/Either.js';
import { isGoObject, mismatch, type GoObject } from '../goJson.js';

/** An object none of whose fields is unknown, as the agent's endpoints take it; or Go's complaint. */
export function strictObject(value: unknown, names: readonly string[]): E.Either<string, GoObject> {
  if (value === null) return E.right({});
  if (!isGoObject(value)) return E.left(mismatch(value, '', 'struct'));
  const known = names.map((name) => name.toLowerCase());
  const unknownField = Object.keys(value).find((name) => !known.includes(name.toLowerCase()));
  return unknownField === undefined
    ? E.right(value)
    : E.left(`json: unknown field ${JSON.stringify(unknownField)}`);
}
