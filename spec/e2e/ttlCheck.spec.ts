import type { ElectionOptions } from '../../lib/index.js';
import { describeWithConsul, type RealConsul } from '../support/realConsul.js';
import { agentFor } from './support/agentFor.js';
import { childContender } from './support/childContender.js';
import { contest, ended, first } from './support/contest.js';
import { expectOneAtATime } from './support/terms.js';
import { tokenFor } from './support/tokenFor.js';

/** What `fast` is, with a lease that a busy machine rides out. */
const detector = { kind: 'ttlCheck', checkTtlMs: 1_000 } as const;
const options = { detector, lockDelayMs: 2_000 } satisfies Partial<ElectionOptions>;

const known = async ({ address }: RealConsul, what: 'services' | 'checks'): Promise<string[]> =>
  Object.keys((await (await fetch(`${address}/v1/agent/${what}`)).json()) as object);

describeWithConsul('with a TTL check', () => {
  const agent = agentFor({ mode: 'server' });

  it('a leader that is killed is followed by another, once its check is critical and the lock-delay over', async () => {
    const { address } = agent();
    const race = contest(address, options);
    const victim = childContender('victim', { key: race.key, consul: { address }, ...options });
    await victim.until('Leader');
    const heir = race.join('heir');
    await heir.until('Follower', ({ leader }) => leader !== undefined);
    await victim.kill();
    await heir.until('Leader');
    await race.end();
    const order = expectOneAtATime([...victim.terms(), ...race.terms()], 2);
    expect(order).toEqual(['victim', 'heir']);
    // The victim leads, then nobody does for the lock-delay, then the heir.
    const seen = heir.states.map((state) =>
      'leader' in state ? state.leader !== undefined : state.kind,
    );
    expect(seen.slice(0, 3)).toEqual([true, false, 'Leader']);
  });

  it('the preset fast follows one that is killed, too', async () => {
    const { address } = agent();
    const race = contest(address, { preset: 'fast', lockDelayMs: 500 });
    const fast = { preset: 'fast', consul: { address }, key: race.key } as const;
    const victim = childContender('victim', fast);
    await victim.until('Leader');
    const heir = race.join('heir');
    await heir.until('Follower', ({ leader }) => leader !== undefined);
    await victim.kill();
    await heir.until('Leader');
    await race.end();
    expectOneAtATime([...victim.terms(), ...race.terms()], 2);
  });
});

describeWithConsul('with a TTL check, in the agent', () => {
  const agent = agentFor({ mode: 'server' });

  it('a resignation leaves nothing behind in the agent', async () => {
    const race = contest(agent().address, options);
    await race.join('a').until('Leader');
    await race.join('b').until('Follower', ({ leader }) => leader !== undefined);
    expect(await known(agent(), 'services')).toHaveLength(2);
    await race.end();
    expect(await known(agent(), 'services')).toEqual([]);
    expect(await known(agent(), 'checks')).toEqual([]);
  });

  it('two elections of one process end one by one', async () => {
    const { address } = agent();
    const [one, other] = [contest(address, options), contest(address, options)];
    const a = one.join('a');
    const b = other.join('b');
    await Promise.all([a.until('Leader'), b.until('Leader')]);
    expect(await known(agent(), 'services')).toHaveLength(2);
    await one.end();
    expect(await known(agent(), 'services')).toHaveLength(1);
    expect(await first(b.election.verify())).toBe(true);
    await other.end();
  });
});

describeWithConsul('with a TTL check, an agent that is killed and restarted', () => {
  const server = agentFor({ mode: 'server' });
  const client = agentFor(() => ({ mode: 'client', join: [server()] }));

  it('is recovered from: all register again, and one leads', async () => {
    const race = contest(client().address, options);
    const a = race.join('a');
    await a.until('Leader');
    const b = race.join('b');
    await b.until('Follower', ({ leader }) => leader !== undefined);
    await ended(client().kill());
    await Promise.all([a.until('Error'), b.until('Error')]);
    expect(a.election.isLeader()).toBe(false);
    await ended(client().restart());
    // The old session lives on if a pass reaches the agent before it tells the servers of its checks.
    await Promise.race([a.until('Leader'), b.until('Leader')]);
    await race.end();
    expect(await known(client(), 'services')).toEqual([]);
    expectOneAtATime(race.terms(), 2);
  });
});

describeWithConsul('with a TTL check, a Consul that denies by default', () => {
  const agent = agentFor({ aclDefaultDeny: true });
  const minimal = (key: string, node: string) =>
    `key "${key}" { policy = "write" }\nsession "${node}" { policy = "write" }`;
  const service = 'service "rxjs-leader-election" { policy = "write" }';

  it('names the rule that is missing', async () => {
    const { address, nodeName } = agent();
    const race = contest(address, options);
    const token = await tokenFor(agent(), minimal(race.key, nodeName));
    const { error } = await race.join('a', { consul: { address, token } }).until('Error');
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', details: { rule: service } });
    await race.end();
  });

  it('lets those lead who have it, and no more', async () => {
    const { address, nodeName } = agent();
    const race = contest(address, options);
    const token = await tokenFor(agent(), `${minimal(race.key, nodeName)}\n${service}`);
    const a = race.join('a', { consul: { address, token } });
    await a.until('Leader');
    await a.resign();
    expect(a.states.map(({ kind }) => kind)).toEqual(['Follower', 'Leader', 'Follower']);
  });
});
