import { tap } from 'rxjs';
import type { Transport } from '../../ports/transport.js';
import type { Chronicle } from './history.js';

/** What a process may not ask any more once it has heard that its session is gone. */
export interface Manners {
  readonly watch: (transport: Transport) => Transport;
  /** From now on it may ask nothing. */
  readonly left: () => void;
}

/** Watches that a process neither keeps nor destroys what is gone, and is silent once it has left. */
export function mannersOf(name: string, { accuse }: Chronicle): Manners {
  const gone = new Set<string>();
  let hasLeft = false;
  return {
    left: () => {
      hasLeft = true;
    },
    watch: (transport) => ({
      ...transport,
      request: (request) => {
        const [, , , verb = '', session = ''] = request.path.split('/');
        const ends = verb === 'destroy' || verb === 'renew';
        if (hasLeft) accuse('leaves cleanly', `${name} asks ${request.path} after it has left`);
        if (ends && gone.has(session)) {
          accuse('leaves cleanly', `${name} asks to ${verb} a session that is gone`);
        }
        return transport.request(request).pipe(
          tap(({ status, body }) => {
            // Garbage with the right status confirms nothing.
            const isGone = verb === 'destroy' ? body.trim() === 'true' : status === 404;
            if (ends && isGone) gone.add(session);
          }),
        );
      },
    }),
  };
}
