import { finalize, tap } from 'rxjs';
import type { Transport, TransportResponse } from '../../../ports/transport.js';
import type { HistoryLog } from './history.js';

/** What a process may not ask any more once it has heard that its session is gone. */
export interface ProtocolChecker {
  readonly watch: (transport: Transport) => Transport;
  /** From now on it may ask nothing, and must have seen to the end of every session that it made. */
  readonly left: () => void;
}

/**
 * Watches that a process neither keeps nor destroys what is gone, destroys each of its sessions once, and
 * is silent after it has left. Only a destruction without an answer may be asked for again.
 */
export function protocolChecker(name: string, { report }: HistoryLog): ProtocolChecker {
  let hasLeft = false;
  const reportBreach = (what: string): void => report('leaves cleanly', `${name} ${what}`);
  const sessions = sessionsOf(reportBreach);
  return {
    left: () => {
      hasLeft = true;
      sessions.left();
    },
    watch: (transport) => ({
      ...transport,
      request: (request) => {
        const [, , what, verb = '', session = ''] = request.path.split('/');
        if (hasLeft) reportBreach(`asks ${request.path} after it has left`);
        const asked = what === 'session' ? { verb, session } : { verb: '', session: '' };
        sessions.ask(asked);
        return transport.request(request).pipe(
          tap((answer) => {
            sessions.hear(asked, answer);
          }),
          finalize(() => {
            sessions.end(asked);
          }),
        );
      },
    }),
  };
}

interface Asked {
  readonly verb: string;
  readonly session: string;
}

/** What becomes of a process's sessions, by what it asks and hears. */
function sessionsOf(reportBreach: (what: string) => void) {
  const unended = new Set<string>();
  const gone = new Set<string>();
  const destroying = new Set<string>();
  return {
    ask: ({ verb, session }: Asked): void => {
      const ends = verb === 'destroy' || verb === 'renew';
      if (ends && gone.has(session)) reportBreach(`asks to ${verb} a session that is gone`);
      if (verb !== 'destroy') return;
      if (destroying.has(session)) reportBreach('destroys a session that it is destroying already');
      destroying.add(session);
      unended.delete(session);
    },
    hear: ({ verb, session }: Asked, { status, body }: TransportResponse): void => {
      const made = verb === 'create' && status === 200 ? idIn.exec(body)?.[1] : undefined;
      if (made !== undefined) unended.add(made);
      // Garbage with the right status confirms nothing.
      const isGone =
        (verb === 'destroy' && body.trim() === 'true') || (verb === 'renew' && status === 404);
      const lost = isGone ? session : lostIn.exec(body)?.[1];
      if (lost === undefined) return;
      gone.add(lost);
      unended.delete(lost);
    },
    end: ({ verb, session }: Asked): void => {
      if (verb === 'destroy') destroying.delete(session);
    },
    left: (): void => {
      for (const session of unended) reportBreach(`never ended its session ${session}`);
    },
  };
}

const idIn = /"ID":\s*"([^"]+)"/;

/** How Consul turns down an acquisition by a session that it does not know. */
const lostIn = /invalid session \\?"([^"\\]+)/;
