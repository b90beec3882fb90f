import { map, NEVER, type Observable } from 'rxjs';
import { acquireLock } from '../../lib/lock/acquireLock.js';
import { readEvidence } from '../../lib/lock/readEvidence.js';
import { releaseLock } from '../../lib/lock/releaseLock.js';
import type { TransportRequest, TransportResponse } from '../../lib/ports/transport.js';
import type { Time } from '../../lib/ports/time.js';
import { marbles } from '../support/marbles.js';
import { answered, listed, noLeader, scriptedConsul } from '../support/scriptedConsul.js';

const lock = { key: 'k', sessionId: 's', value: '', flags: 0n };
const refused = (what: string) => answered({ Errors: [{ OpIndex: 0, What: what }] }, 409);
const answers: Record<string, TransportResponse> = {
  t: answered(true),
  f: answered(false),
  x: noLeader,
  p: answered('Permission denied', 403),
  a: answered({ Results: [{ KV: { Key: 'k', ModifyIndex: 5 } }] }),
  h: refused('failed to lock key "k", lock is already held'),
  d: refused('failed to lock key "k", due to lock delay'),
  m: listed(6, 's'),
  o: listed(7, 'other'),
  v: listed(8),
  n: answered('', 404),
};

/** A Consul that answers in turn, and what it was asked. */
function answering(time: Time, scripts: readonly Observable<TransportResponse>[]) {
  const requests: TransportRequest[] = [];
  const consul = scriptedConsul(time, (request) => {
    requests.push(request);
    return scripts[requests.length - 1] ?? NEVER;
  });
  return { consul, requests };
}

describe('acquireLock', () => {
  const acquired = (modifyIndex: number, sentMs: number) => ({
    kind: 'acquired',
    modifyIndex,
    sentAt: { monotonicMs: sentMs, wallMs: sentMs },
  });
  const denied = (reason: string) => ({
    ...{ kind: 'refused', reason },
    sentAt: { monotonicMs: 0, wallMs: 0 },
  });

  it.each([
    ['an acquisition', ['--(a|)'], '--(r|)', acquired(5, 0)],
    ['that another session holds it', ['--(h|)'], '--(r|)', denied('held')],
    ['a lock-delay', ['--(d|)'], '--(r|)', denied('lock-delay')],
    ['an acquisition that a look at the key reveals', ['-x', '-(m|)'], '--(r|)', acquired(6, 1)],
  ])('tells %s', (_, scripts, result, answer) => {
    marbles(({ cold, time, expectObservable }) => {
      const { consul } = answering(
        time,
        scripts.map((script) => cold(script, answers)),
      );
      expectObservable(acquireLock(consul, lock)).toBe(result, { r: answer });
    });
  });

  it.each([
    ['the key is held by another', '(o|)', '-#'],
    ['the key is free', '(v|)', '-#'],
    ['there is no key', '(n|)', '-#'],
    ['the look fails too', '-x', '--#'],
  ])('errors with the failure of the attempt when %s', (_, look, result) => {
    marbles(({ cold, time, expectObservable }) => {
      const { consul } = answering(time, [cold('-x', answers), cold(look, answers)]);
      expectObservable(acquireLock(consul, lock)).toBe(
        result,
        undefined,
        expect.objectContaining({ code: 'SERVER_ERROR' }),
      );
    });
  });

  it('looks at the key linearizably, and not at all after a clear failure', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const ambiguous = answering(time, [cold('-x', answers), cold('(m|)', answers)]);
      const clear = answering(time, [cold('-p', answers)]);
      expectObservable(acquireLock(ambiguous.consul, lock).pipe(map(() => 'a'))).toBe('-(a|)');
      expectObservable(acquireLock(clear.consul, lock)).toBe(
        '-#',
        undefined,
        expect.objectContaining({ code: 'PERMISSION_DENIED' }),
      );
      flush();
      expect(ambiguous.requests[1]).toMatchObject({ method: 'GET', query: { consistent: '' } });
      expect(clear.requests).toHaveLength(1);
    });
  });

  it('aborts the attempt, or the look, when it is unsubscribed', () => {
    marbles(({ cold, time, expectObservable, expectSubscriptions }) => {
      const [attempt, look] = [cold('--x', answers), cold('----(m|)', answers)];
      const { consul } = answering(time, [attempt, look, NEVER]);
      expectObservable(acquireLock(consul, lock), '---!').toBe('-');
      expectSubscriptions(attempt.subscriptions).toBe('^-!');
      expectSubscriptions(look.subscriptions).toBe('--^!');
    });
  });

  it('makes an attempt for each subscriber, and none before', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, requests } = answering(time, [cold('(h|)', answers), cold('(a|)', answers)]);
      const kind$ = acquireLock(consul, lock).pipe(map(({ kind }) => kind[0]));
      expect(requests).toHaveLength(0);
      expectObservable(kind$).toBe('(r|)');
      expectObservable(kind$, '--^').toBe('--(a|)');
      flush();
      expect(requests).toHaveLength(2);
    });
  });
});

describe('readEvidence', () => {
  it.each([
    ['held', 'm', { kind: 'held', modifyIndex: 6, sentAt: { monotonicMs: 0, wallMs: 0 } }],
    ['absent where another session holds it', 'o', { kind: 'absent' }],
    ['absent where nobody holds it', 'v', { kind: 'absent' }],
    ['absent where there is no key', 'n', { kind: 'absent' }],
  ])('is %s', (_, answer, evidence) => {
    marbles(({ cold, time, expectObservable }) => {
      const { consul } = answering(time, [cold(`--(${answer}|)`, answers)]);
      expectObservable(readEvidence(consul, 'k', 's')).toBe('--(e|)', { e: evidence });
    });
  });

  it.each([
    ['held in the entry that was acquired, though somebody has written it since', 5, 'held'],
    ['absent in an entry that was made after the acquisition', 4, 'absent'],
  ])('is %s', (_, acquiredAt, kind) => {
    marbles(({ cold, time, expectObservable }) => {
      const entry = { Key: 'k', Value: null, Flags: 0, LockIndex: 0, Session: 's' };
      const made = answered([{ ...entry, CreateIndex: 5, ModifyIndex: 9 }]);
      const { consul } = answering(time, [cold('(e|)', { e: made })]);
      const kind$ = readEvidence(consul, 'k', 's', acquiredAt).pipe(map((said) => said.kind));
      expectObservable(kind$).toBe('(k|)', { k: kind });
    });
  });

  it('is neither where Consul fails', () => {
    marbles(({ cold, time, expectObservable, expectSubscriptions }) => {
      const read$ = cold('--x', answers);
      const { consul } = answering(time, [read$]);
      expectObservable(readEvidence(consul, 'k', 's')).toBe(
        '--#',
        undefined,
        expect.objectContaining({ code: 'SERVER_ERROR' }),
      );
      expectSubscriptions(read$.subscriptions).toBe('^-!');
    });
  });
});

describe('releaseLock', () => {
  const retry = { backoff: { initialDelayMs: 4, maxDelayMs: 4, factor: 1 }, chance: () => 0.5 };

  it.each([
    ['that it held the lock', ['-(t|)'], '-(r|)', true],
    ['that it did not', ['-(f|)'], '-(r|)', false],
    ['what a later try says', ['-x', '-x', '-(t|)'], '-------(r|)', true],
    ['the failure of the third', ['-x', '-x', '-x'], '-------#', true],
    ['at once what no retry can mend', ['-p'], '-#', true],
    ['nothing while no answer comes', ['-'], '-', true],
  ])('tells %s', (_, scripts, result, held) => {
    marbles(({ cold, time, expectObservable }) => {
      const { consul } = answering(
        time,
        scripts.map((script) => cold(script, answers)),
      );
      expectObservable(releaseLock(consul, lock, retry), '20ms !').toBe(
        result,
        { r: held },
        expect.objectContaining({ name: 'ElectionError' }),
      );
    });
  });

  it('stops when it is unsubscribed between two tries', () => {
    marbles(({ cold, time, expectObservable, expectSubscriptions, flush }) => {
      const release$ = cold('-x', answers);
      const { consul, requests } = answering(time, [release$, cold('-(t|)', answers)]);
      expectObservable(releaseLock(consul, lock, retry), '--!').toBe('-');
      expectSubscriptions(release$.subscriptions).toBe('^!');
      flush();
      expect(requests).toHaveLength(1);
    });
  });
});
