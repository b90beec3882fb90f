import { VirtualTimeScheduler } from 'rxjs';
import type { Transport } from '../../../../lib/ports/transport.js';
import {
  simulatedConsul,
  virtualTime,
  type SimulatedConsul,
} from '../../../../lib/testing/index.js';

interface Agent {
  readonly consul: SimulatedConsul;
  readonly ask: (path: string, body?: object) => void;
  readonly wait: (ms: number) => void;
  /** IDs of the checks that the agent knows, with their status. */
  readonly checks: () => Readonly<Record<string, string>>;
}

/** Plays with an agent, a request at a time. */
function agent(): Agent {
  const scheduler = new VirtualTimeScheduler();
  const time = virtualTime(scheduler);
  const consul = simulatedConsul({ time });
  const request = (part: Partial<Parameters<Transport['request']>[0]>) => {
    let answer = '';
    consul.transport
      .request({ method: 'PUT', path: '', query: {}, longPoll: false, ...part })
      .subscribe(({ body }) => (answer = body));
    scheduler.flush();
    return answer;
  };
  return {
    consul,
    ask: (path, body) =>
      void request({ path: `/v1${path}`, ...(body && { body: JSON.stringify(body) }) }),
    wait: (ms) => {
      scheduler.schedule(() => undefined, ms);
      scheduler.flush();
    },
    checks: () => {
      const listed = JSON.parse(request({ method: 'GET', path: '/v1/agent/checks' })) as object;
      const known = Object.entries(listed as Record<string, { Status: string }>);
      return Object.fromEntries(known.map(([id, { Status }]) => [id, Status]));
    },
  };
}

const service = (id: string, forgottenAfter?: string) => ({
  ...{ ID: id, Name: 'web' },
  Check: {
    ...{ CheckID: id, TTL: '2s', Status: 'passing' },
    DeregisterCriticalServiceAfter: forgottenAfter,
  },
});

const dependent = (check: string) => ({ NodeChecks: [], ServiceChecks: [{ ID: check }] });

describe('a TTL check of the simulated Consul', () => {
  it('that stays critical is forgotten with its service, and one that passes again is not', () => {
    const { ask, checks, wait } = agent();
    ask('/agent/service/register', service('gone', '1m'));
    ask('/agent/service/register', service('back', '1m'));
    ask('/agent/service/register', service('kept'));
    wait(30_000);
    ask('/agent/check/pass/back');
    wait(31_999);
    expect(checks()).toEqual({ gone: 'critical', back: 'critical', kept: 'critical' });
    wait(1);
    expect(checks()).toEqual({ back: 'critical', kept: 'critical' });
    wait(30_000);
    expect(checks()).toEqual({ kept: 'critical' });
  });

  it('comes back critical with its agent, and can be passed again', () => {
    const { ask, checks, consul } = agent();
    ask('/agent/service/register', service('web'));
    ask('/session/create', dependent('web'));
    ask('/session/create', { NodeChecks: [] });
    consul.restartAgent();
    expect(checks()).toEqual({ web: 'critical' });
    expect(consul.sessions()).toHaveLength(1);
    ask('/agent/check/pass/web');
    expect(checks()).toEqual({ web: 'passing' });
  });

  it('is gone after a restart of an agent that keeps no data', () => {
    const { ask, checks, consul } = agent();
    ask('/agent/service/register', service('web'));
    ask('/session/create', dependent('web'));
    ask('/session/create', {});
    consul.restartAgent({ keepsData: false });
    expect(checks()).toEqual({});
    expect(consul.sessions()).toHaveLength(1);
  });

  it('is what the agent says of it, whatever snapshot the servers are restored from', () => {
    const { ask, checks, consul, wait } = agent();
    ask('/agent/service/register', service('old'));
    ask('/session/create', dependent('old'));
    const snapshot = consul.snapshot();
    ask('/agent/service/deregister/old');
    ask('/agent/service/register', service('new'));
    consul.restore(snapshot);
    expect(checks()).toEqual({ new: 'passing' });
    expect(consul.sessions()).toEqual([]);
    wait(2_000);
    expect(checks()).toEqual({ new: 'critical' });
  });
});
