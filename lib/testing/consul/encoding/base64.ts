import * as E from 'fp-ts/lib/Either.js';

/** Bytes as base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** UTF-8 text as base64 with padding. */
export function encodeText(text: string): string {
  return encodeBase64(new TextEncoder().encode(text));
}

/** The bytes behind base64, or where it is wrong, in Go's words. */
export function decodeBase64(text: string): E.Either<string, Uint8Array> {
  const data = text.replaceAll(/[\r\n]/g, '');
  const wrong = data.search(/[^A-Za-z0-9+/]/);
  const unpadded = wrong === -1 ? data : data.slice(0, wrong);
  const valid = data.length % 4 === 0 && /^={0,2}$/.test(data.slice(unpadded.length));
  return valid
    ? E.right(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)))
    : E.left(`illegal base64 data at input byte ${unpadded.length}`);
}

/** The UTF-8 text behind base64 that is known to be valid. */
export function decodeText(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
}
