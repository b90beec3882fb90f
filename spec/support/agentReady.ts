import { defer, retry, throwIfEmpty, filter, timeout, timer, map, type Observable } from 'rxjs';

const pollIntervalMs = 50;

/**
 * Emits once and completes when the agent at `address` knows a raft leader and its own node passes
 * serfHealth: before that a session cannot be made.
 */
export function agentReady(
  address: string,
  nodeName: string,
  token: string | undefined,
): Observable<void> {
  const headers: Record<string, string> = token === undefined ? {} : { 'X-Consul-Token': token };
  return defer(async () => {
    const get = async (path: string): Promise<unknown> =>
      (await fetch(`${address}${path}`, { headers, signal: AbortSignal.timeout(10_000) })).json();
    const leader = await get('/v1/status/leader');
    const checks = await get(`/v1/health/node/${nodeName}`);
    return leader !== '' && passesSerfHealth(checks);
  }).pipe(
    filter((ready) => ready),
    map(() => undefined),
    throwIfEmpty(),
    retry({ delay: () => timer(pollIntervalMs) }),
    timeout(120_000),
  );
}

function passesSerfHealth(checks: unknown): boolean {
  return (
    Array.isArray(checks) &&
    checks.some(
      (check: { readonly CheckID?: unknown; readonly Status?: unknown }) =>
        check.CheckID === 'serfHealth' && check.Status === 'passing',
    )
  );
}
