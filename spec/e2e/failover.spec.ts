import { describeWithConsul } from '../support/realConsul.js';
import { agentFor } from './support/agentFor.js';
import { childContender } from './support/childContender.js';
import { contest, ended, lockDelayMs } from './support/contest.js';
import { expectOneAtATime, nowMs } from './support/terms.js';

describeWithConsul('a leader that is killed', () => {
  const agent = agentFor();

  it('is followed by another, once Consul has ended its session and the lock-delay is over', async () => {
    const { address } = agent();
    const race = contest(address);
    const victim = childContender('victim', { key: race.key, consul: { address }, lockDelayMs });
    await victim.until('Leader');
    const heir = race.join('heir');
    await heir.until('Follower', ({ leader }) => leader !== undefined);
    const killedAtMs = await victim.kill();

    await heir.until('Leader');
    const gapMs = nowMs() - killedAtMs;
    await race.end();
    const order = expectOneAtATime([...victim.terms(), ...race.terms()], 2);
    expect(order).toEqual(['victim', 'heir']);
    // Whatever the machine does meanwhile: nobody may lead before the lock-delay is over.
    expect(gapMs).toBeGreaterThan(lockDelayMs);
  });
});

describeWithConsul('an agent that is frozen', () => {
  const agent = agentFor();

  it('costs leadership by the leader’s own clock, and it is regained afterwards', async () => {
    const race = contest(agent().address);
    const a = race.join('a');
    const { fencingToken } = await a.until('Leader');
    const b = race.join('b');
    await b.until('Follower', ({ leader }) => leader !== undefined);
    await ended(agent().freeze());
    // Consul says nothing now: only time tells.
    const { error } = await a.until('Error');
    expect(error).toMatchObject({ code: 'LEASE_EXPIRED', cause: { code: 'REQUEST_TIMED_OUT' } });
    expect(a.election.isLeader()).toBe(false);
    agent().resume();
    const again = await a.until('Leader');
    // Nobody else can have held the lock meanwhile.
    expect(again.fencingToken.value).toBe(fencingToken.value);
    await race.end();
    expect(expectOneAtATime(race.terms(), 2).slice(0, 2)).toEqual(['a', 'a']);
  });
});

describeWithConsul('an agent that is killed and restarted', () => {
  const agent = agentFor({ mode: 'server' });

  it('is an error meanwhile, and somebody leads again', async () => {
    const race = contest(agent().address);
    const a = race.join('a');
    await a.until('Leader');
    const b = race.join('b');
    await b.until('Follower', ({ leader }) => leader !== undefined);
    await ended(agent().kill());
    await Promise.all([a.until('Error'), b.until('Error')]);
    expect(a.election.isLeader()).toBe(false);
    await ended(agent().restart());
    await Promise.race([a.until('Leader'), b.until('Leader')]);
    await race.end();
    expectOneAtATime(race.terms(), 2);
  });
});
