import * as O from 'fp-ts/lib/Option.js';

/** Environment variables by name, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A value and the name of where it came from: an option's path or a variable. */
export interface Sourced<A> {
  readonly field: string;
  readonly value: A;
}

/** A variable, if it is set. An empty one counts as unset, as it does for Consul's own client. */
export function environmentVariable(
  environment: Environment,
  name: string,
): O.Option<Sourced<string>> {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  return value === undefined || value === '' ? O.none : O.some({ field: name, value });
}

/** An option from code, if it was given. */
export function givenInCode<A>(field: string, value: A | undefined): O.Option<Sourced<A>> {
  return value === undefined ? O.none : O.some({ field, value });
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);

/** A boolean as Go's `strconv.ParseBool` reads it, which is how Consul's client reads variables. */
export function parseGoBoolean(text: string): O.Option<boolean> {
  return O.fromNullable(truths.get(text));
}
