import {
  catchError,
  concat,
  lastValueFrom,
  map,
  mergeMap,
  from,
  of,
  switchMap,
  take,
  toArray,
  type Observable,
} from 'rxjs';
import type { Scenario } from './scenario.js';
import { subjects } from './scenarios.js';
import { play } from './script.js';
import { harnessAt, type Place } from './harness.js';

interface Result {
  readonly scenario: Scenario;
  readonly problem: unknown;
}

/**
 * Declares a test for every scenario at a place that lives in real time. The scenarios run at the
 * same time, so that all sessions expire together; each test then shows how its own went.
 */
export function conform(place$: Observable<Place>): void {
  const results = new Map<Scenario, Result>();

  beforeAll(async () => {
    const all$ = place$.pipe(
      switchMap((place) => concat(batch(place, false), batch(place, true)).pipe(toArray())),
      take(1),
    );
    for (const result of await lastValueFrom(all$, { defaultValue: [] }))
      results.set(result.scenario, result);
  }, 300_000);

  describe.each(Object.entries(subjects))('%s', (_, scenarios) => {
    it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
      '%s',
      (_name, scenario) => {
        const result = results.get(scenario);
        if (result?.problem instanceof Error) throw result.problem;
        expect(result).toEqual({ scenario, problem: undefined });
      },
    );
  });
}

function batch(place: Place, alone: boolean): Observable<Result> {
  const run = `conformance-${process.pid}-${Math.random().toString(36).slice(2)}`;
  return from(Object.values(subjects).flat()).pipe(
    mergeMap((scenario, at) =>
      alone === (scenario.alone ?? false)
        ? play(() => scenario.script(harnessAt(place, `${run}/${at}`))).pipe(
            map(() => ({ scenario, problem: undefined })),
            catchError((problem: unknown) => of({ scenario, problem })),
          )
        : [],
    ),
  );
}
