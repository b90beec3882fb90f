import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type * as t from 'io-ts';
import { isSafeNumber, parse } from 'lossless-json';

/** An integer that a double cannot hold becomes a bigint; Go's lock flag is one. */
const exactNumber = (text: string): number | bigint =>
  /^-?\d+$/.test(text) && !isSafeNumber(text) ? BigInt(text) : Number(text);

/**
 * Reads an answer's body; on the left, in a few words, what is wrong with it.
 *
 * JSON is parsed rather than compared as text, since a development agent pretty-prints.
 */
export function decode<A>(codec: t.Decoder<unknown, A>, body: string): E.Either<string, A> {
  return pipe(
    E.tryCatch(
      () => parse(body, undefined, exactNumber),
      () => notJson(body),
    ),
    E.chain((value) => pipe(codec.decode(value), E.mapLeft(misfit))),
  );
}

function notJson(body: string): string {
  if (/^\s*</.test(body)) return 'it is a page of HTML, as a proxy sends it';
  return body.trim() === '' ? 'it is empty' : 'it is no complete JSON';
}

/** Where it does not fit, without what stood there: a value may be somebody's secret. */
function misfit(errors: t.Errors): string {
  const path = errors[0]?.context.map(({ key }) => key).filter((key) => key !== '');
  return path === undefined || path.length === 0
    ? 'it has another shape'
    : `${path.join('.')} is missing or of another type`;
}
