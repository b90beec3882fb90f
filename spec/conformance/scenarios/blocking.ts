import { tickMs } from '../endings.js';
import { together } from '../script.js';
import type { Scenario } from '../scenario.js';
import { base64, indexOf, json } from '../harness.js';

/** Long enough for a request to have arrived and for a false wake to show. */
const momentMs = 200;
/** Longer than a run may take: who is not woken fails by not ending. */
const wait = '10m';

export const blocking: readonly Scenario[] = [
  {
    name: 'a watch of a key wakes for that key, and for nothing that leaves it as it is',
    *script({ ask, get, put, session, pause }) {
      const [holder, other] = [yield* session({ TTL: '10s' }), yield* session()];
      yield* put('a', 'x', { acquire: holder });
      const index = String(indexOf(yield* get('a')));
      const [woken] = yield* together(
        () => get('a', { index, wait }),
        function* () {
          yield* pause(momentMs);
          yield* put('a', 'x', { acquire: holder });
          yield* put('a', 'y', { acquire: other });
          yield* put('a', 'y', { cas: '1' });
          yield* put('b', 'sibling');
          yield* put('a/c', 'child');
          yield* ask('PUT', `/v1/session/renew/${holder}`);
          yield* pause(momentMs);
          yield* put('a', 'last', { acquire: holder });
        },
      );
      expect(json(woken)).toMatchObject([{ Value: base64('last'), Session: holder }]);
      expect(indexOf(woken)).toBeGreaterThan(Number(index));
    },
  },
  {
    name: 'a watch of a key wakes when the holder releases it, and when its session is destroyed',
    *script({ get, put, session, destroy, pause }) {
      const id = yield* session();
      const ends = [() => put('a', 'x', { release: id }), () => destroy(id)];
      for (const end of ends) {
        yield* put('a', 'x', { acquire: id });
        const index = String(indexOf(yield* get('a')));
        const [woken] = yield* together(
          () => get('a', { index, wait }),
          function* () {
            yield* pause(momentMs);
            yield* end();
          },
        );
        expect(json(woken)).toEqual([expect.not.objectContaining({ Session: id })]);
      }
    },
  },
  {
    name: 'a watch of a key wakes with a 404 when the key is deleted',
    *script({ get, put, remove, pause }) {
      yield* put('a', 'x');
      const index = String(indexOf(yield* get('a')));
      const [woken] = yield* together(
        () => get('a', { index, wait }),
        function* () {
          yield* pause(momentMs);
          yield* remove('a');
        },
      );
      expect(woken.status).toBe(404);
      expect(indexOf(woken)).toBeGreaterThan(Number(index));
    },
  },
  {
    name: 'a watch of a missing key sees the key come',
    *script({ get, put, pause }) {
      const watch = function* () {
        let answer = yield* get('a');
        // Other writes wake a watch of a missing key, too.
        while (answer.status === 404) {
          answer = yield* get('a', { index: String(indexOf(answer)), wait });
        }
        return answer;
      };
      const [seen] = yield* together(watch, function* () {
        yield* pause(momentMs);
        yield* put('a', 'x');
      });
      expect(json(seen)).toMatchObject([{ Value: base64('x') }]);
    },
  },
  {
    name: 'a watch of a missing key wakes for a sibling, with a 404',
    *script({ get, put, pause }) {
      const index = String(indexOf(yield* get('missing')));
      const [woken] = yield* together(
        () => get('missing', { index, wait }),
        function* () {
          yield* pause(momentMs);
          yield* put('sibling', 'x');
        },
      );
      expect(woken.status).toBe(404);
      expect(indexOf(woken)).toBeGreaterThan(Number(index));
    },
  },
  {
    name: 'a watch of a prefix wakes for what is written and deleted under it',
    *script({ get, put, remove, pause, key }) {
      yield* put('p/a', 'x');
      yield* put('p/b', 'x');
      const changes = [() => put('p/a', 'y'), () => remove('p/b')];
      for (const change of changes) {
        const index = String(indexOf(yield* get('p/', { recurse: '' })));
        const [woken] = yield* together(
          () => get('p/', { recurse: '', index, wait }),
          function* () {
            yield* pause(momentMs);
            yield* put('q', index);
            yield* pause(momentMs);
            yield* change();
          },
        );
        expect(indexOf(woken)).toBeGreaterThan(Number(index));
        expect(json(woken)).toContainEqual(
          expect.objectContaining({ Key: key('p/a'), Value: base64('y') }),
        );
      }
      expect(json(yield* get('p/', { keys: '' }))).toEqual([key('p/a')]);
    },
  },
  {
    name: 'without an index, with index 0 and with an older index the answer comes at once',
    *script({ get, put }) {
      yield* put('a', 'x');
      for (const index of [{}, { index: '0' }, { index: '1' }]) {
        expect((yield* get('a', { ...index, wait })).status).toBe(200);
      }
    },
  },
  {
    name: 'a wait that sees no change ends with the same index',
    *script({ get, put }) {
      yield* put('a', 'x');
      const index = indexOf(yield* get('a'));
      const answer = yield* get('a', { index: String(index), wait: '500ms' });
      expect(indexOf(answer)).toBe(index);
      expect(json(answer)).toMatchObject([{ Value: base64('x') }]);
    },
  },
  {
    name: 'an index above the store hides changes for the whole wait',
    *script({ get, put, nowMs }) {
      yield* put('a', 'x');
      const askedAtMs = nowMs();
      const [answer] = yield* together(
        () => get('a', { index: '1000000000', wait: '2s' }),
        () => put('a', 'hidden'),
      );
      expect(nowMs() - askedAtMs).toBeGreaterThanOrEqual(2_000 - tickMs);
      expect(json(answer)).toMatchObject([{ Value: base64('hidden') }]);
    },
  },
];
