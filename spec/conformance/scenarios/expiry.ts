import { endingOf, endsByTtl, tickMs } from '../endings.js';
import { together } from '../script.js';
import type { Scenario } from '../scenario.js';
import { indexOf, json } from '../harness.js';

/**
 * Consul ends a session after twice its TTL. Bounds from below are measured from before the request, so
 * that a slow process cannot break them. A bound from above is another session that was made later with
 * a longer TTL: Consul's own indexes say which of the two it ended first.
 */
const ttlMs = 10_000;

export const expiry: readonly Scenario[] = [
  {
    name: 'a session without renewal lives for twice its TTL, and no longer',
    *script(harness) {
      const madeAtMs = harness.nowMs();
      const id = yield* harness.session({ TTL: '10s' });
      yield* harness.put('lock', 'x', { acquire: id });
      const [ending, bound] = yield* together(
        () => endingOf(harness, { lock: 'lock', session: id, index: 1 }),
        () => endsByTtl(harness, 'bound', '11s'),
      );
      expect(ending.heardAtMs - madeAtMs).toBeGreaterThanOrEqual(2 * ttlMs - tickMs);
      expect(ending.entry.ModifyIndex).toBeLessThan(bound.entry.ModifyIndex);
      expect(yield* harness.info(id)).toEqual([]);
    },
  },
  {
    name: 'a renewal starts the time again',
    *script(harness) {
      const id = yield* harness.session({ TTL: '10s' });
      yield* harness.put('lock', 'x', { acquire: id });
      yield* harness.pause(ttlMs);
      const renewedAtMs = harness.nowMs();
      const renewed = yield* harness.ask('PUT', `/v1/session/renew/${id}`);
      expect(renewed.status).toBe(200);
      const [ending, bound] = yield* together(
        () => endingOf(harness, { lock: 'lock', session: id, index: 1 }),
        () => endsByTtl(harness, 'bound', '11s'),
      );
      expect(ending.heardAtMs - renewedAtMs).toBeGreaterThanOrEqual(2 * ttlMs - tickMs);
      expect(ending.entry.ModifyIndex).toBeLessThan(bound.entry.ModifyIndex);
    },
  },
  {
    name: 'acquiring again does not renew',
    *script(harness) {
      const id = yield* harness.session({ TTL: '10s' });
      yield* harness.put('lock', 'x', { acquire: id });
      const [ending, bound] = yield* together(
        function* () {
          yield* harness.pause(ttlMs);
          expect(json(yield* harness.put('lock', 'y', { acquire: id }))).toBe(true);
          return yield* endingOf(harness, { lock: 'lock', session: id, index: 1 });
        },
        () => endsByTtl(harness, 'bound', '11s'),
      );
      // Renewed, it would have lasted for 10 s more.
      expect(ending.entry.ModifyIndex).toBeLessThan(bound.entry.ModifyIndex);
    },
  },
  {
    name: 'the end of a session frees its keys, wakes who watches them, and starts the lock-delay',
    *script({ get, put, session, transact, key }) {
      const owner = yield* session({ TTL: '10s', LockDelay: '60s' });
      const other = yield* session();
      yield* put('lock', 'x', { acquire: owner });
      const index = indexOf(yield* get('lock'));
      const woken = yield* get('lock', { index: String(index), wait: '60s' });
      expect(json(woken)).toEqual([expect.not.objectContaining({ Session: owner })]);
      const refused = yield* transact({ Verb: 'lock', Key: key('lock'), Session: other });
      expect(json(refused)).toMatchObject({
        Errors: [{ What: `failed to lock key "${key('lock')}" due to lock delay` }],
      });
    },
  },
  {
    name: 'the end of a session wakes who watches the session',
    *script({ ask, session }) {
      const id = yield* session({ TTL: '10s' });
      const path = `/v1/session/info/${id}`;
      const watch = function* () {
        let answer = yield* ask('GET', path);
        // Every other session that comes or goes wakes this watch, too.
        while ((json(answer) as unknown[]).length > 0) {
          const query = { index: String(indexOf(answer)), wait: '60s' };
          answer = yield* ask('GET', path, { query });
        }
        return answer;
      };
      const [gone] = yield* together(watch, function* () {
        return yield* ask('GET', '/v1/status/leader');
      });
      expect(indexOf(gone)).toBeGreaterThan(1);
    },
  },
];
