import { of, tap } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { simulatedConsul, virtualTime } from '../../lib/testing/index.js';
import { subjects } from '../conformance/scenarios.js';
import { play } from '../conformance/script.js';
import { harnessAt } from '../conformance/harness.js';

describe('the simulated Consul', () => {
  describe.each(Object.entries(subjects))('%s', (_, scenarios) => {
    it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
      '%s',
      (_name, { script }) => {
        const scheduler = new TestScheduler(() => undefined);
        const ends: unknown[] = [];
        scheduler.run(() => {
          const time = virtualTime(scheduler);
          const consul = simulatedConsul({ time, latencyMs: 2, nodeName: 'n1' });
          const harness = harnessAt(
            {
              ...{ transport: consul.transport, time, nodeName: 'n1' },
              setNodeCheck: (check, status) =>
                of(null).pipe(tap(() => consul.setNodeCheck(check, status))),
            },
            'scenario',
          );
          play(() => script(harness)).subscribe({
            complete: () => ends.push('complete'),
            error: (problem: unknown) => ends.push(problem),
          });
        });
        expect(ends).toEqual(['complete']);
      },
    );
  });
});
