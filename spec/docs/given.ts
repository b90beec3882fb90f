import { deepStrictEqual } from 'node:assert/strict';
import os from 'node:os';
import { of } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { consulFrom, leaderElection, type FencingToken, type Leader } from '../../lib/index.js';

/**
 * What the documents and examples take for granted: names of the reader's own service. Everything
 * that talks to Consul finds it by `CONSUL_HTTP_ADDR`.
 */
export function given() {
  const key = 'locks/reports';
  const assertDeepEqual = (actual: unknown, expected: unknown): void => {
    deepStrictEqual(actual, expected);
  };
  return {
    ...{ key, os, assertDeepEqual },
    consul: consulFrom(),
    sessionOptions: {
      ...{ name: 'reports', ttlMs: 10_000, lockDelayMs: 5_000 },
      ...{ nodeChecks: [], renewIntervalMs: 3_333 },
    },
    scheduler: new TestScheduler(assertDeepEqual),
    election: leaderElection({ key }),
    // eslint-disable-next-line rxjs-x/finnish -- Named as a reader would who makes a stream per token.
    reports$: (token: FencingToken) => of(`report under ${token}`),
    work: ({ fencingToken }: Leader) => of(`work under ${fencingToken}`),
    sendInvoices$: of('invoices sent'),
    gauge: { set: (_value: number): void => undefined },
    service: { startDoingWork: (): void => undefined, stopDoingWork: (): void => undefined },
    orders: {
      take: (_signal: AbortSignal) => Promise.resolve('message'),
      handle: (_message: string, _token: FencingToken) => Promise.resolve(),
      acknowledge: (_message: string) => Promise.resolve(),
    },
    start: (_environment: Record<string, string>): void => undefined,
  };
}
