import { merge, type Observable } from 'rxjs';
import type { ElectionContext } from './contender.js';

/** What {@link sessionRegister} keeps. */
interface SessionRegister {
  /** Completes once all of them are destroyed. */
  readonly ended: () => Observable<never>;
  /** See `withSession`. */
  readonly track: (destroyed$: Observable<never>) => () => void;
}

/** The sessions that are not destroyed yet, so that a resignation can wait for them. */
export function sessionRegister({
  disconnect,
}: Pick<ElectionContext, 'disconnect'>): SessionRegister {
  const open = new Set<Observable<never>>();
  return {
    ended: () => merge(...open),
    track: (destroyed$) => {
      open.add(destroyed$);
      return () => {
        open.delete(destroyed$);
        // Idle connections are opened again when needed, so closing them early costs little.
        if (open.size === 0) disconnect().subscribe();
      };
    },
  };
}
