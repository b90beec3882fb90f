import { consulLock, expContender } from './support/childContender.js';
import { contest, ended } from './support/contest.js';
import { describeCommandOnEachConsul, describeOnEachConsul } from './support/eachConsul.js';
import { expectOneAtATime } from './support/terms.js';

describeCommandOnEachConsul('a key that is contended for with `consul lock`', (place) => {
  it('is held by one at a time, and the command has its turn', async () => {
    const { address } = place();
    const race = contest(address, { key: 'shared-with-go/.lock' });
    const ours = race.join('ours');
    await ours.until('Leader');
    const go = consulLock('go', address, 'shared-with-go');
    await go.until('Attempting lock acquisition');
    await ended(ours.election.stepDown());
    await go.until('Leader');
    // The Go client deletes the key when it is done.
    await go.exit;
    await ours.until('Leader');
    await race.end();
    const order = expectOneAtATime([...race.terms(), ...go.terms()], 3);
    expect(order).toEqual(['ours', 'go', 'ours']);
  });
});

describeOnEachConsul('a key that is contended for with exp-leader-election', (place) => {
  it('is held by one at a time, and both have their turns', async () => {
    const { address, host, port } = place();
    const race = contest(address, { key: 'shared-with-exp', lockFlags: 0n });
    const options = {
      key: race.key,
      consul: { host, port, ttl: 10, lockDelay: 1, readWait: 10 },
    };
    const old = expContender('old', options, { kind: 'old' });
    await old.until('Leader');
    const ours = race.join('ours');
    const { leader } = await ours.until('Follower');
    expect(leader?.metadata).toBe('leader');
    await old.kill();
    await ours.until('Leader');
    const next = expContender('next', options, { kind: 'old' });
    await next.until('waits');
    await ours.resign();
    await next.until('Leader');
    await next.kill();
    const order = expectOneAtATime([...race.terms(), ...old.terms(), ...next.terms()], 3);
    expect(order).toEqual(['old', 'ours', 'next']);
  });
});
