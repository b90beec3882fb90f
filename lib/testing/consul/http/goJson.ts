import * as E from 'fp-ts/lib/Either.js';
import { parse } from 'lossless-json';

/** An object of a request's body. */
export type GoObject = Readonly<Record<string, unknown>>;

/**
 * Parses JSON as Go's decoder takes it, with every integer as a bigint. Of its complaints only the
 * usual ones are worded as Go words them.
 */
export function parseGoJson(text: string): E.Either<string, unknown> {
  const first = text.trimStart().charAt(0);
  if (first === '') return E.left('EOF');
  if (!/[[{"\-0-9tfn]/.test(first)) {
    return E.left(`invalid character '${first}' looking for beginning of value`);
  }
  return E.tryCatch(
    () => parse(text, null, { parseNumber, onDuplicateKey: ({ newValue }) => newValue }),
    () => 'unexpected EOF',
  );
}

/** The value of a field, whose name Go matches without regard to case; a later one wins. */
export function fieldOf(object: GoObject, name: string): unknown {
  return Object.entries(object)
    .filter(([key]) => key.toLowerCase() === name.toLowerCase())
    .at(-1)?.[1];
}

/** Whether the value is an object, which in Go decodes into a struct. */
export function isGoObject(value: unknown): value is GoObject {
  return jsonTypeOf(value) === 'object';
}

/** A text field; the default where it is absent or null. */
export function textField(
  object: GoObject,
  where: string,
  name: string,
  byDefault = '',
): E.Either<string, string> {
  const value = fieldOf(object, name) ?? byDefault;
  return typeof value === 'string'
    ? E.right(value)
    : E.left(mismatch(value, `${where}.${name}`, 'string'));
}

/** An unsigned field of 64 bits; 0 where it is absent or null. */
export function uint64Field(
  object: GoObject,
  where: string,
  name: string,
): E.Either<string, bigint> {
  const value = fieldOf(object, name) ?? 0n;
  if (typeof value === 'bigint' && value >= 0n && value < 2n ** 64n) return E.right(value);
  const literal = typeof value === 'bigint' ? ` ${value}` : '';
  return E.left(
    `json: cannot unmarshal ${jsonTypeOf(value)}${literal} into ` +
      `Go struct field ${where}.${name} of type uint64`,
  );
}

/** Go's complaint about a value of the wrong type. */
export function mismatch(value: unknown, field: string, type: string): string {
  return `json: cannot unmarshal ${jsonTypeOf(value)} into Go struct field ${field} of type ${type}`;
}

/** Go's name for the JSON type of a value. */
export function jsonTypeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  const names: Readonly<Record<string, string>> = { bigint: 'number', boolean: 'bool' };
  return names[typeof value] ?? typeof value;
}

function parseNumber(text: string): bigint | number {
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text);
}
