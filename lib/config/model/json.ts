/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object of JSON. A name whose value is `undefined` is left out, as by `JSON.stringify`. */
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}
