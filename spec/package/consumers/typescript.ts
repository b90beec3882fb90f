import type { Observable } from 'rxjs';
import { isElectionError, leaderElection, type Leadership } from 'rxjs-leader-election';
import * as testing from 'rxjs-leader-election/testing';

declare global {
  // What rxjs' own types need of a platform.
  function setTimeout(callback: () => void, ms?: number): number;
}
declare const console: { log(...values: unknown[]): void };

const election = leaderElection({ key: 'locks/reports' });
export const leadership$: Observable<Leadership> = election.leadership$;
export const leading = (): boolean => election.isLeader();

// @ts-expect-error -- A key is required: the types arrive, and are not `any`.
const withoutKey: Parameters<typeof leaderElection>[0] = {};

console.log(typeof leading, isElectionError(withoutKey), Object.keys(testing).length > 0);
