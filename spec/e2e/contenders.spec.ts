import { destroySession, consulFrom, readKey, readSession } from '../../lib/index.js';
import { describeWithConsul } from '../support/realConsul.js';
import { agentFor } from './support/agentFor.js';
import { contest, ended, first } from './support/contest.js';
import { expectOneAtATime } from './support/terms.js';

describeWithConsul('contenders on a real Consul', () => {
  const agent = agentFor();
  const consul = () => consulFrom({ address: agent().address });
  const write = (key: string, init: RequestInit, query = '') =>
    fetch(`${agent().address}/v1/kv/${key}${query}`, init);
  const holder = async (key: string) => (await first(readKey(consul(), key))).entry?.sessionId;

  it('two: one leads, the other names it, and follows in its place', async () => {
    const race = contest(agent().address);
    const a = race.join('a');
    const { sessionId, fencingToken } = await a.until('Leader');
    const b = race.join('b');
    const follower = await b.until('Follower', ({ leader }) => leader !== undefined);
    expect(follower.leader).toEqual({ sessionId, metadata: { name: 'a' } });
    const { entry } = await first(readKey(consul(), race.key));
    expect(entry?.modifyIndex).toBe(Number(fencingToken));

    await a.resign();
    await b.until('Leader');
    await race.end();
    expect(expectOneAtATime(race.terms(), 2)).toEqual(['a', 'b']);
    expect(await holder(race.key)).toBeUndefined();
  });

  it('ten: each leads in its turn, and all others follow', async () => {
    const race = contest(agent().address);
    const waiting = new Set(Array.from({ length: 10 }, (_, index) => race.join(`c${index}`)));
    while (waiting.size > 0) {
      const leader = await Promise.race(
        [...waiting].map(async (player) => {
          await player.until('Leader');
          return player;
        }),
      );
      waiting.delete(leader);
      const { sessionId } = await leader.until('Leader');
      await Promise.all(
        [...waiting].map((other) =>
          other.until('Follower', (state) => state.leader?.sessionId === sessionId),
        ),
      );
      await leader.resign();
    }
    const order = expectOneAtATime(race.terms(), 10);
    expect(new Set(order).size).toBe(10);
  });

  it('a leader that steps down lets another lead, and stays in the race', async () => {
    const race = contest(agent().address);
    const a = race.join('a');
    await a.until('Leader');
    const b = race.join('b');
    await b.until('Follower', ({ leader }) => leader !== undefined);
    await ended(a.election.stepDown());
    await b.until('Leader');
    await ended(b.election.stepDown());
    await a.until('Leader');
    await race.end();
    expect(expectOneAtATime(race.terms(), 3)).toEqual(['a', 'b', 'a']);
  });

  it('a session that an operator destroys costs leadership, for the lock-delay', async () => {
    const race = contest(agent().address);
    const a = race.join('a');
    const { sessionId } = await a.until('Leader');
    const b = race.join('b');
    await b.until('Follower', ({ leader }) => leader !== undefined);
    await ended(destroySession(consul(), sessionId));
    await a.until('Follower');
    await b.until('Leader');
    await race.end();
    expectOneAtATime(race.terms(), 2);
  });

  it('a key that is deleted costs leadership, and the race goes on', async () => {
    const race = contest(agent().address);
    const a = race.join('a');
    const { fencingToken } = await a.until('Leader');
    await write(race.key, { method: 'DELETE' });
    const again = await a.until('Leader', (state) => state.fencingToken > fencingToken);
    expect(again.sinceMs).toBeGreaterThan(0);
    await race.end();
    expectOneAtATime(race.terms(), 2);
  });

  it('a key that something else uses is an error, and is left as it is', async () => {
    const race = contest(agent().address);
    await write(race.key, { method: 'PUT', body: 'precious' }, '?flags=42');
    const a = race.join('a');
    const { error } = await a.until('Error');
    expect(error).toMatchObject({ code: 'KEY_IN_USE', details: { key: race.key, flags: 42n } });
    await race.end();
    const { entry } = await first(readKey(consul(), race.key));
    expect(entry).toMatchObject({ value: 'precious', flags: 42n, sessionId: undefined });
  });

  it('leave nothing behind: no session, and the lock is free', async () => {
    const race = contest(agent().address, { sessionName: 'leaves-nothing' });
    const a = race.join('a');
    const { sessionId } = await a.until('Leader');
    expect(await first(readSession(consul(), sessionId))).toMatchObject({ name: 'leaves-nothing' });
    await a.resign();
    const sessions = await (await fetch(`${agent().address}/v1/session/list`)).text();
    expect(sessions).not.toContain('leaves-nothing');
    expect(await holder(race.key)).toBeUndefined();
  });
});
