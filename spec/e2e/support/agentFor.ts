import { type Subscription } from 'rxjs';
import { realConsul, type RealConsul, type RealConsulOptions } from '../../support/realConsul.js';

/**
 * One agent for all specs of a `describe`. Call the result inside a spec, or where the options of
 * another agent are asked for.
 */
export function agentFor(
  options: RealConsulOptions | (() => RealConsulOptions) = {},
): () => RealConsul {
  let agent: RealConsul | undefined;
  let running: Subscription | undefined;
  beforeAll(
    () =>
      new Promise<void>((resolve, reject) => {
        running = realConsul(typeof options === 'function' ? options() : options).subscribe({
          next: (started) => {
            agent = started;
            resolve();
          },
          error: reject,
        });
      }),
  );
  afterAll(() => running?.unsubscribe());
  return () => {
    if (agent === undefined) throw new Error('The agent is not there before the specs run.');
    return agent;
  };
}
