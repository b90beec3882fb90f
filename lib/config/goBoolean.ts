import * as O from 'fp-ts/lib/Option.js';

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);

/** A boolean as Go's `strconv.ParseBool` reads it, which is how Consul's client reads variables. */
export function parseGoBoolean(text: string): O.Option<boolean> {
  return O.fromNullable(truths.get(text));
}
