import { concat, of, type Observable } from 'rxjs';

/** Resolves with the first value, or the error, or `completed` when there was neither. */
export const outcome = (source$: Observable<unknown>): Promise<unknown> =>
  new Promise((resolve) => {
    concat(source$, of('completed')).subscribe({ next: resolve, error: resolve });
  });

/** Resolves once something holds that another event brings about. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
