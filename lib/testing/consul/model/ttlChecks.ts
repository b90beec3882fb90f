import { dropChecks, endDependents, putCheck } from './checks.js';
import {
  nextEntry,
  type CheckStatus,
  type ConsulState,
  type ModelCheck,
  type ModelService,
} from './state.js';

/** A TTL check to register with the agent. */
export interface CheckRequest extends Omit<ModelCheck, 'output' | 'timer'> {
  readonly ttlMs: number;
  readonly forgottenAfterMs: number;
}

/** Registers a TTL check, whose time begins now. One that is known keeps its status. */
export function registerCheck(
  state: ConsulState,
  { ttlMs, forgottenAfterMs, ...request }: CheckRequest,
  nowMs: number,
): ConsulState {
  const { status = request.status, output = '', timer } = state.checks.get(request.id) ?? {};
  const { criticalSinceMs } = timer ?? {};
  const started = { ttlMs, forgottenAfterMs, criticalSinceMs, expiresAtMs: nowMs + ttlMs };
  return putCheck(state, { ...request, status, output, timer: started }, nowMs);
}

/** Registers a service and the checks that come with it; others that it has stay. */
export function registerService(
  state: ConsulState,
  service: ModelService,
  checks: readonly CheckRequest[],
  nowMs: number,
): ConsulState {
  const services = new Map(state.services).set(service.id, service);
  return checks.reduce<ConsulState>((kept, check) => registerCheck(kept, check, nowMs), {
    ...nextEntry(state),
    services,
  });
}

/** Takes a service out, and its checks with it. */
export function removeService(state: ConsulState, id: string, nowMs: number): ConsulState {
  if (!state.services.has(id)) return state;
  const others = [...state.services.values()].filter((service) => service.id !== id);
  const checks = [...state.checks.values()].filter(({ serviceId }) => serviceId === id);
  const ids = checks.map((check) => check.id);
  return dropChecks(withServices(state, others), ids, nowMs);
}

/** Takes a check of the agent out. One that it does not know is no matter. */
export function removeCheck(state: ConsulState, id: string, nowMs: number): ConsulState {
  const isKnown = state.checks.get(id)?.timer !== undefined;
  return isKnown ? dropChecks(nextEntry(state), [id], nowMs) : state;
}

/** A process reports how it stands: its time begins anew. `undefined` when the agent knows no such check. */
export function reportStatus(
  state: ConsulState,
  id: string,
  report: { readonly status: CheckStatus; readonly output: string },
  nowMs: number,
): ConsulState | undefined {
  const check = state.checks.get(id);
  if (check?.timer === undefined) return undefined;
  const timer = { ...check.timer, expiresAtMs: nowMs + check.timer.ttlMs };
  return putCheck(state, stood({ ...check, ...report, timer }, nowMs), nowMs);
}

/** Something that happens by itself at its time. */
export interface Due {
  readonly atMs: number;
  readonly apply: (state: ConsulState) => ConsulState;
}

/** Everything that the agent will do with its checks if nobody reports. */
export function checksDue({ checks }: ConsulState): readonly Due[] {
  return [...checks.values()].flatMap((check) => [...expiryOf(check), ...forgettingOf(check)]);
}

/**
 * The agent restarts after a time that was longer than the TTL of any of its checks. With its data
 * it knows them, in critical; without, it knows neither checks nor services. The servers hear of it
 * at once.
 */
export function restartAgent(state: ConsulState, keepsData: boolean, nowMs: number): ConsulState {
  const own = [...state.checks.values()].filter(({ timer }) => timer !== undefined);
  if (!keepsData) {
    const ids = own.map(({ id }) => id);
    return dropChecks(withServices(state, []), ids, nowMs);
  }
  return own.reduce<ConsulState>((kept, check) => {
    const { ttlMs = 0, forgottenAfterMs = 0 } = check.timer ?? {};
    // The time for which it has been critical counts from when its TTL runs out anew.
    const timer = {
      ttlMs,
      forgottenAfterMs,
      expiresAtMs: nowMs + ttlMs,
      criticalSinceMs: undefined,
    };
    return putCheck(kept, { ...check, status: 'critical', timer }, nowMs);
  }, state);
}

/**
 * Another state of the servers under the same agent, which tells them what it knows: its checks and
 * services take the place of those that are stored.
 */
export function withAgentOf(agent: ConsulState, state: ConsulState, nowMs: number): ConsulState {
  const { checks, services } = agent;
  const gone = [...state.checks.keys()].filter((id) => !checks.has(id));
  const critical = [...checks.values()].filter(({ status }) => status === 'critical');
  const ended = [...gone, ...critical.map(({ id }) => id)];
  return endDependents({ ...state, checks, services }, ended, nowMs);
}

/** The state as servers know it that hear nothing of the agent any more. */
export function cutOffFromAgent(state: ConsulState): ConsulState {
  const still = ([id, check]: readonly [string, ModelCheck]) =>
    [id, { ...check, timer: undefined }] as const;
  return { ...state, checks: new Map([...state.checks].map(still)) };
}

function expiryOf({ id, timer }: ModelCheck): readonly Due[] {
  const atMs = timer?.expiresAtMs;
  if (atMs === undefined) return [];
  return [{ atMs, apply: (state) => expired(state, id, atMs) }];
}

function expired(state: ConsulState, id: string, atMs: number): ConsulState {
  const check = state.checks.get(id);
  if (check?.timer === undefined) return state;
  const timer = { ...check.timer, expiresAtMs: undefined };
  const critical = { ...check, status: 'critical', output: 'TTL expired', timer } as const;
  return putCheck(state, stood(critical, atMs), atMs);
}

/** The agent looks for such services every 30 s; the model does it on time. */
function forgettingOf({ serviceId, timer }: ModelCheck): readonly Due[] {
  const { criticalSinceMs, forgottenAfterMs = 0 } = timer ?? {};
  if (serviceId === '' || criticalSinceMs === undefined || forgottenAfterMs === 0) return [];
  const atMs = criticalSinceMs + forgottenAfterMs;
  return [{ atMs, apply: (state) => removeService(state, serviceId, atMs) }];
}

/** Other services in the catalog. */
function withServices(state: ConsulState, services: readonly ModelService[]): ConsulState {
  const next = nextEntry(state);
  const byId = new Map(services.map((service) => [service.id, service] as const));
  return { ...next, services: byId, servicesIndex: next.index };
}

/** Notes since when a check is critical, for as long as it is. */
function stood(check: ModelCheck, nowMs: number): ModelCheck {
  if (check.timer === undefined) return check;
  const criticalSinceMs =
    check.status === 'critical' ? (check.timer.criticalSinceMs ?? nowMs) : undefined;
  return { ...check, timer: { ...check.timer, criticalSinceMs } };
}
