import {
  concatMap,
  defer,
  EMPTY,
  mergeMap,
  range,
  type Observable,
  type OperatorFunction,
} from 'rxjs';

/**
 * Handles items in parts: at once while fewer than `atOnce` parts are under way, and together with
 * others of up to `most` while they wait.
 *
 * So a single item never waits for company, and a thousand are handled in few parts.
 */
export function inBatches<T, R>(
  most: number,
  atOnce: number,
  handle: (part: readonly T[]) => Observable<R>,
): OperatorFunction<readonly T[], R> {
  return (source) =>
    defer(() => {
      const waiting: T[] = [];
      const next = (): Observable<R> => {
        const part = waiting.splice(0, most);
        return part.length === 0 ? EMPTY : handle(part);
      };
      return source.pipe(
        concatMap((items) => {
          waiting.push(...items);
          return range(0, Math.ceil(items.length / most));
        }),
        mergeMap(next, atOnce),
      );
    });
}
