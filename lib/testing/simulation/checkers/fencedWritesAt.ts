import { tap } from 'rxjs';
import type { TransportRequest, TransportResponse } from '../../../ports/transport.js';
import type { Fault } from '../../faults/fault.js';
import type { SimulatedConsul } from '../../simulatedConsul.js';

/** A fenced write as Consul saw it. */
export interface SentWrite {
  readonly name: string;
  readonly token: bigint;
  /** How often Consul had been restored when it was sent. */
  readonly past: number;
  /** Whether the lock is in the hands of the process that sent it. */
  readonly isHolder: boolean;
}

/** Who is told of a process's fenced writes. */
export interface FencedWriteObserver {
  readonly name: string;
  readonly taken: (write: SentWrite) => void;
  /** Counts those that Consul refuses. */
  readonly counts: { refused: number };
}

const fencedKey = /"fenced\/(?<past>\d+)\/(?<token>\d+)"/;
const createdId = /"ID":\s*"([^"]+)"/;

/** Tells of the fenced writes of one process, read off the wire at Consul's end. */
export function fencedWritesAt(
  consul: SimulatedConsul,
  key: string,
  { name, taken, counts }: FencedWriteObserver,
): Fault {
  const own = new Set<string>();
  const hear = ({ path, body: sent = '' }: TransportRequest, answer: TransportResponse): void => {
    if (path === '/v1/session/create') own.add(createdId.exec(answer.body)?.[1] ?? '');
    const write = path === '/v1/txn' ? fencedKey.exec(sent)?.groups : undefined;
    if (write === undefined) return;
    if (answer.status === 409) counts.refused += 1;
    if (answer.status !== 200) return;
    taken({
      name,
      token: BigInt(write['token'] ?? ''),
      past: Number(write['past']),
      isHolder: own.has(consul.holderOf(key) ?? 'nobody'),
    });
  };
  return (end) => ({
    ...end,
    request: (request) =>
      end.request(request).pipe(
        tap((answer) => {
          hear(request, answer);
        }),
      ),
  });
}
