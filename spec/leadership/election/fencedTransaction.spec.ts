import { concatMap, defer, filter, map, merge, tap, timer } from 'rxjs';
import type { KeyOperation, TransportRequest } from '../../../lib/index.js';
import type { Fault, RequestPredicate } from '../../../lib/testing/index.js';
import { key, moments, play, span, type Actor, type Harness } from './harness.js';

const write: KeyOperation = { verb: 'set', key: 'reports/last', value: '42' };
const isTransaction = ({ path, body = '' }: TransportRequest): boolean =>
  path === '/v1/txn' && body.includes('check-session');

/** Writes at a moment: `c`ommitted, `r`efused or `f`enced. */
const written = ({ scheduler }: Harness, actor: Actor, atMs: number, operations = [write]) =>
  timer(atMs, scheduler).pipe(
    concatMap(() => actor.fencedTransaction(operations)),
    map(({ kind }) => kind.charAt(0)),
  );

const isPoll = ({ longPoll }: TransportRequest): boolean => longPoll;

/** Slows some requests down on their way to Consul, as long as their sender waits. */
const delayed =
  ({ scheduler }: Harness, slow: RequestPredicate, delayMs: number): Fault =>
  (whole) => ({
    ...whole,
    request: (request) =>
      slow(request)
        ? timer(delayMs, scheduler).pipe(concatMap(() => whole.request(request)))
        : whole.request(request),
  });

/** Counts the transactions that arrive. */
const counted =
  (arrived: string[]): Fault =>
  (whole) => ({
    ...whole,
    request: (request) =>
      whole.request(request).pipe(
        tap(() => {
          if (isTransaction(request)) arrived.push(request.path);
        }),
      ),
  });

/** Contends to the end of the play, whatever becomes of it. */
const contending = ({ expectObservable }: Harness, { letter$ }: Actor, toMs: number) => {
  expectObservable(letter$.pipe(concatMap(() => [])), span(0, toMs)).toBe('');
};

const stored = ({ consul }: Harness) => consul.entryOf('reports/last')?.value;

describe('a fenced transaction', () => {
  it('is applied while this process leads', () => {
    play((harness) => {
      const a = harness.actor('a');
      contending(harness, a, 1_000);
      harness.expectObservable(written(harness, a, 500)).toBe('502ms (c|)');
      harness.flush();
      expect(stored(harness)).toBe('42');
    });
  });

  it('gives each operation its result', () => {
    play((harness) => {
      const a = harness.actor('a');
      contending(harness, a, 1_000);
      harness.consul.put('jobs/1', 'first', 3n);
      const index = harness.consul.entryOf('jobs/1')!.modifyIndex;
      const answer$ = timer(500, harness.scheduler).pipe(
        concatMap(() =>
          a.fencedTransaction([
            { verb: 'get', key: 'jobs/1' },
            { verb: 'check-index', key: 'jobs/1', modifyIndex: index },
            { verb: 'cas', key: 'jobs/1', value: 'second', modifyIndex: index, flags: 4n },
            { verb: 'delete', key: 'jobs/1' },
            { verb: 'check-not-exists', key: 'jobs/1' },
            { verb: 'set', key: 'jobs/2', value: 'ü' },
          ]),
        ),
        map((answer) => (answer.kind === 'committed' ? answer.results : answer.kind)),
      );
      const seen: unknown[] = [];
      answer$.subscribe((results) => seen.push(results));
      harness.flush();
      const { modifyIndex } = harness.consul.entryOf('jobs/2')!;
      expect(seen).toEqual([
        [
          expect.objectContaining({ key: 'jobs/1', value: 'first', flags: 3n, modifyIndex: index }),
          undefined,
          { key: 'jobs/1', modifyIndex },
          ...[undefined, undefined],
          { key: 'jobs/2', modifyIndex },
        ],
      ]);
      expect(harness.consul.entryOf('jobs/2')?.value).toBe('ü');
    });
  });

  it('that is refused applies nothing, says which operations could not be done, and costs nothing', () => {
    play((harness) => {
      const a = harness.actor('a');
      harness.expectObservable(a.letter$, span(0, 1_000)).toBe(moments('4:v 6:L'));
      harness.consul.put('jobs/1', 'first');
      const operations = [
        write,
        { verb: 'get', key: 'jobs/none' },
        { verb: 'cas', key: 'jobs/1', value: 'x', modifyIndex: 1 },
        { verb: 'check-not-exists', key: 'jobs/1' },
      ] as const;
      const answer$ = timer(500, harness.scheduler).pipe(
        concatMap(() => a.fencedTransaction(operations)),
      );
      harness.expectObservable(answer$).toBe('502ms (r|)', {
        r: {
          kind: 'refused',
          failures: [
            { operation: 1, reason: 'absent' },
            { operation: 2, reason: 'changed' },
            { operation: 3, reason: 'exists' },
          ],
        },
      });
      harness.flush();
      expect(stored(harness)).toBeUndefined();
    });
  });

  it.each([
    ['has not joined', 0],
    ['joins', 5],
    ['has left', 1_500],
  ])('is fenced at once, without a request, for somebody who %s', (_, atMs) => {
    play((harness) => {
      const arrived: string[] = [];
      const a = harness.actor('a', { link: { faults: [counted(arrived)] } });
      contending(harness, a, 1_000);
      harness
        .expectObservable(written(harness, a, atMs))
        .toBe(`${atMs}ms (f|)`.replace(/^0ms /, ''));
      harness.flush();
      expect(arrived).toEqual([]);
    });
  });

  it('is fenced at once for a leader whose lease has ended, though its timer is late', () => {
    play((harness) => {
      const { scheduler, actor, at } = harness;
      let nowMs = 0;
      const time = {
        scheduler,
        now: () => ({ monotonicMs: scheduler.now() + nowMs, wallMs: scheduler.now() + nowMs }),
      };
      const a = actor('a', { time });
      contending(harness, a, 600);
      at({ 500: () => (nowMs = 60_000) });
      harness.expectObservable(written(harness, a, 500)).toBe('500ms (f|)');
    });
  });

  it.each([
    [
      'the session was destroyed',
      ({ consul }: Harness) => consul.destroySession(consul.holderOf(key)!),
    ],
    ['the key was deleted', ({ consul }: Harness) => consul.deleteKey(key)],
  ])('is fenced where %s, and ends leadership before it says so', (_, lose) => {
    play((harness) => {
      const a = harness.actor('a', { link: { faults: [delayed(harness, isPoll, 1_000)] } });
      harness.at({ 500: () => lose(harness) });
      const state$ = merge(a.letter$, written(harness, a, 500));
      harness.expectObservable(state$, span(0, 503)).toBe(moments('4:v 6:L 502:vf'));
      harness.flush();
      expect(stored(harness)).toBeUndefined();
    });
  });

  it('passes although somebody wrote the key, after a look at who holds it', () => {
    play((harness) => {
      const a = harness.actor('a');
      harness.expectObservable(a.letter$, span(0, 1_000)).toBe(moments('4:v 6:L'));
      harness.at({ 499: () => harness.consul.put(key, 'scribble', 0x2ddccbc058a50c18n) });
      harness.expectObservable(written(harness, a, 500)).toBe('506ms (c|)');
      // From then on it knows the index.
      harness.expectObservable(written(harness, a, 600)).toBe('602ms (c|)');
    });
  });

  it('of an earlier term is refused in a later one, with the same session', () => {
    play((harness) => {
      const a = harness.actor('a', { link: { faults: [delayed(harness, isTransaction, 1_499)] } });
      const sessions: string[] = [];
      const leader$ = a.leadership$.pipe(
        filter((state) => state.kind === 'Leader'),
        tap(({ sessionId }) => sessions.push(sessionId)),
        map(() => 'L'),
      );
      harness.expectObservable(leader$, span(0, 5_000)).toBe(moments('6:L 1505:L'));
      harness.at({ 501: () => a.stepDown().subscribe() });
      harness.expectObservable(written(harness, a, 500)).toBe('2003ms (f|)');
      harness.flush();
      // Without the index in the fence it would be applied now.
      expect(new Set(sessions).size).toBe(1);
      expect(stored(harness)).toBeUndefined();
    });
  });

  it('is an error where Consul does not say, and leaves the state as it is', () => {
    play((harness) => {
      const a = harness.actor('a');
      harness.expectObservable(a.letter$, span(0, 1_000)).toBe(moments('4:v 6:L'));
      harness.at({
        400: () => {
          harness.consul.fail(isTransaction, { status: 500, body: 'No cluster leader' });
        },
      });
      harness
        .expectObservable(written(harness, a, 500))
        .toBe('502ms #', undefined, expect.objectContaining({ code: 'SERVER_ERROR' }));
    });
  });

  it('names the rule that an operation lacks', () => {
    play((harness) => {
      const a = harness.actor('a');
      contending(harness, a, 1_000);
      const body = '{"Results":null,"Errors":[{"OpIndex":2,"What":"Permission denied"}]}';
      harness.at({
        400: () => {
          harness.consul.fail(isTransaction, { status: 409, body });
        },
      });
      harness.expectObservable(written(harness, a, 500)).toBe(
        '502ms #',
        undefined,
        expect.objectContaining({
          code: 'PERMISSION_DENIED',
          details: { rule: 'key "reports/last" { policy = "write" }' },
        }),
      );
    });
  });

  it('is sent anew with each subscription, and aborted by unsubscribing', () => {
    play((harness) => {
      const arrived: string[] = [];
      const a = harness.actor('a', { link: { faults: [counted(arrived)] } });
      contending(harness, a, 2_000);
      const answer$ = defer(() => a.fencedTransaction([write])).pipe(map(({ kind }) => kind));
      harness.expectObservable(answer$, '100ms ^').toBe('102ms (c|)', { c: 'committed' });
      harness.expectObservable(answer$, '200ms ^').toBe('202ms (c|)', { c: 'committed' });
      harness.expectObservable(answer$, '300ms (^!)').toBe('');
      harness.flush();
      expect(arrived).toHaveLength(2);
    });
  });
});
