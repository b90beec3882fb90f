import { delay, type Observable } from 'rxjs';
import {
  consulFrom,
  destroySession,
  readKey,
  type KeyOperation,
  type Transport,
} from '../../lib/index.js';
import { describeWithConsul } from '../support/realConsul.js';
import { agentFor } from './support/agentFor.js';
import { contest, ended, first } from './support/contest.js';

describeWithConsul('fenced transactions on a real Consul', () => {
  const agent = agentFor();
  const consul = () => consulFrom({ address: agent().address });
  const valueOf = async (key: string) => (await first(readKey(consul(), key))).entry?.value;
  const set = (key: string, value: string): KeyOperation => ({ verb: 'set', key, value });

  it('are applied as a whole, each operation with its result', async () => {
    const race = contest(agent().address);
    const a = race.join('a');
    await a.until('Leader');
    const { fencedTransaction } = a.election;
    const before = await first(fencedTransaction([{ verb: 'set', key: 'f/1', value: 'ü' }]));
    if (before.kind !== 'committed') throw new Error(before.kind);
    const [{ modifyIndex }] = before.results;
    const after = await first(
      fencedTransaction([
        { verb: 'get', key: 'f/1' },
        { verb: 'check-index', key: 'f/1', modifyIndex },
        { verb: 'cas', key: 'f/1', value: 'next', modifyIndex, flags: 2n ** 63n },
        { verb: 'delete-cas', key: 'f/none', modifyIndex },
        { verb: 'delete', key: 'f/1' },
        { verb: 'check-not-exists', key: 'f/1' },
        { verb: 'set', key: 'f/tree/1', value: '' },
        { verb: 'delete-tree', prefix: 'f/tree/' },
        { verb: 'get', key: race.key },
      ]),
    );
    if (after.kind !== 'committed') throw new Error(after.kind);
    expect(after.results).toEqual([
      expect.objectContaining({ key: 'f/1', value: 'ü', flags: 0n, modifyIndex }),
      undefined,
      { key: 'f/1', modifyIndex: expect.any(Number) as number },
      ...[undefined, undefined, undefined],
      { key: 'f/tree/1', modifyIndex: expect.any(Number) as number },
      undefined,
      expect.objectContaining({
        key: race.key,
        value: expect.stringContaining('{"name":"a"}') as string,
      }),
    ]);
    await race.end();
  });

  it('are applied not at all when one operation cannot be done', async () => {
    const race = contest(agent().address);
    const a = race.join('a');
    await a.until('Leader');
    const answer = await first(
      a.election.fencedTransaction([
        set('g/1', 'x'),
        { verb: 'get', key: 'g/none' },
        { verb: 'cas', key: 'g/1', value: 'y', modifyIndex: 1 },
        { verb: 'check-index', key: race.key, modifyIndex: 1 },
        { verb: 'check-not-exists', key: race.key },
      ]),
    );
    expect(answer).toEqual({
      kind: 'refused',
      failures: [
        { operation: 1, reason: 'absent' },
        { operation: 2, reason: 'changed' },
        { operation: 3, reason: 'changed' },
        { operation: 4, reason: 'exists' },
      ],
    });
    expect(await valueOf('g/1')).toBeUndefined();
    expect(a.election.isLeader()).toBe(true);
    await race.end();
  });

  it('of a leader who lost the lock are refused, and end its leadership', async () => {
    const race = contest(agent().address);
    const late = slowPolls(consulFrom({ address: agent().address }).transport);
    const a = race.join('a', { transport: late });
    const { sessionId } = await a.until('Leader');
    await ended(destroySession(consul(), sessionId));
    // No watch has told it so far.
    expect(a.election.isLeader()).toBe(true);
    expect(await first(a.election.fencedTransaction([set('h/1', 'x')]))).toEqual({
      kind: 'fenced',
    });
    expect(a.election.isLeader()).toBe(false);
    expect(await valueOf('h/1')).toBeUndefined();
    await race.end();
    await ended(late.close());
  });

  it('pass although somebody has written the key', async () => {
    const race = contest(agent().address);
    const a = race.join('a');
    await a.until('Leader');
    const query = '?flags=3304740253564472344';
    await fetch(`${agent().address}/v1/kv/${race.key}${query}`, {
      method: 'PUT',
      body: 'scribble',
    });
    const answer = await first(a.election.fencedTransaction([set('i/1', 'x')]));
    expect(answer.kind).toBe('committed');
    await race.end();
  });

  it('are taken up to the bounds that are checked', async () => {
    const race = contest(agent().address);
    const a = race.join('a');
    await a.until('Leader');
    const many = Array.from({ length: 62 }, (_, at) => set(`j/${at}`, 'x'));
    expect(await first(a.election.fencedTransaction(many))).toMatchObject({ kind: 'committed' });
    const largest = [set('j/large', 'x'.repeat(longest(a.election.fencedTransaction)))];
    expect(await first(a.election.fencedTransaction(largest))).toMatchObject({ kind: 'committed' });
    await race.end();
  });
});

describeWithConsul('a real Consul that is restored from a snapshot', () => {
  // In memory alone there are no snapshots.
  const agent = agentFor({ mode: 'server' });

  it('takes no write of a leader whose lock it has forgotten, and gives the next a larger token', async () => {
    const { address } = agent();
    const race = contest(address);
    const snapshot = await (await fetch(`${address}/v1/snapshot`)).arrayBuffer();
    const a = race.join('a');
    const before = await a.until('Leader');
    const restored = await fetch(`${address}/v1/snapshot`, { method: 'PUT', body: snapshot });
    expect(restored.status).toBe(200);
    const write: KeyOperation = { verb: 'set', key: 'k/1', value: 'x' };
    expect(await first(a.election.fencedTransaction([write]))).toEqual({ kind: 'fenced' });
    expect(a.election.isLeader()).toBe(false);
    expect((await first(readKey(consulFrom({ address }), 'k/1'))).entry).toBeUndefined();
    const after = await a.until('Leader', ({ sessionId }) => sessionId !== before.sessionId);
    expect(after.fencingToken > before.fencingToken).toBe(true);
    await race.end();
  });
});

/** The longest value that is not refused before it is sent. */
function longest(
  transaction: (operations: readonly KeyOperation[]) => Observable<unknown>,
): number {
  let [fits, tooLong] = [0, 524_288];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    try {
      void transaction([{ verb: 'set', key: 'j/large', value: 'x'.repeat(middle) }]);
      fits = middle;
    } catch {
      tooLong = middle;
    }
  }
  return fits;
}

/** Holds the answers of long polls back for a while. */
function slowPolls(transport: Transport): Transport {
  return {
    ...transport,
    request: (request) => {
      const answer$ = transport.request(request);
      return request.longPoll ? answer$.pipe(delay(5_000)) : answer$;
    },
  };
}
