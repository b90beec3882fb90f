import { type Subscription } from 'rxjs';
import { embeddedConsul, type EmbeddedConsul } from '../../../lib/testing/index.js';

/** One embedded Consul for all specs of a `describe`. Call the result inside a spec. */
export function embeddedFor(): () => EmbeddedConsul {
  let embedded: EmbeddedConsul | undefined;
  let running: Subscription | undefined;
  beforeAll(
    () =>
      new Promise<void>((resolve, reject) => {
        running = embeddedConsul().subscribe({
          next: (started) => {
            embedded = started;
            resolve();
          },
          error: reject,
        });
      }),
  );
  afterAll(() => running?.unsubscribe());
  return () => {
    if (embedded === undefined) throw new Error('Consul is not there before the specs run.');
    return embedded;
  };
}
