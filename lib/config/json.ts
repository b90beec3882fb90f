/** Any value that JSON can hold. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** An object that JSON can hold. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}
