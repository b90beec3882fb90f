import { describeWithConsul } from '../support/realConsul.js';
import { agentFor } from './support/agentFor.js';
import { expContender, type ChildContender, type ExpProgram } from './support/childContender.js';
import { expectOneAtATime } from './support/terms.js';

describeWithConsul('a service that goes over from exp-leader-election', () => {
  const agent = agentFor();
  const fleet: { readonly name: string; readonly child: ChildContender }[] = [];

  /** Starts a process and waits until it stands by. */
  const join = async (kind: ExpProgram['kind'], key: string) => {
    const consul = { host: '127.0.0.1', port: agent().ports.http, ttl: 10, lockDelay: 1 };
    const name = `${kind}-${fleet.length}`;
    const child = expContender(name, { key, consul }, { kind });
    fleet.push({ name, child });
    await child.until('waits');
    return child;
  };
  const leads = (child: ChildContender) => child.until('"Leader"').then(() => child);
  const order = () => fleet.flatMap(({ child }) => child.terms());

  afterEach(async () => {
    await Promise.all(fleet.splice(0).map(({ child }) => child.kill()));
  });

  it('process by process, and back again, is led by one at a time', async () => {
    const key = 'locks/rolling';
    const first = await join('old', key);
    await leads(first);
    const second = await join('old', key);
    const third = await join('new', key);
    await second.stop();
    const fourth = await join('new', key);
    // The old leader does not give its lock back, so that its session has to end by the TTL.
    await first.stop();
    const heir = await Promise.race([leads(third), leads(fourth)]);
    const other = heir === third ? fourth : third;
    expect(await heir.stop()).toEqual({ code: 0, stderr: '' });
    await leads(other);
    const fifth = await join('old', key);
    expect(await other.stop()).toEqual({ code: 0, stderr: '' });
    await leads(fifth);
    await fifth.stop();
    expect(expectOneAtATime(order(), 4)).toHaveLength(4);
    expect(second.told).toEqual([]);
  });

  it('is led by a new process when the session of the old leader is ended', async () => {
    const key = 'locks/ended';
    const old = await join('old', key);
    const line = await old.until('"Leader"');
    const successor = await join('new', key);
    const { sessionId } = JSON.parse(line) as { readonly sessionId: string };
    await fetch(`${agent().address}/v1/session/destroy/${sessionId}`, { method: 'PUT' });
    await old.until('"Error"');
    await leads(successor);
    // The old process contends again after its pause, and finds the lock taken.
    await old.kill();
    await successor.stop();
    expect(expectOneAtATime(order(), 2)).toEqual(['old-0', 'new-1']);
  });
});
