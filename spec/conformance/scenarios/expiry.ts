import { together } from '../script.js';
import type { Scenario } from '../scenario.js';
import { indexOf, json } from '../stage.js';

/** Longer than Consul takes to notice, shorter than anything that is asserted. */
const slackMs = 1000;
const ttlMs = 10_000;

export const expiry: readonly Scenario[] = [
  {
    name: 'a session without renewal lives longer than its TTL and is gone after twice its TTL',
    *script({ session, info, pause }) {
      const id = yield* session({ TTL: '10s' });
      yield* pause(2 * ttlMs - slackMs);
      expect(yield* info(id)).toHaveLength(1);
      yield* pause(2 * slackMs);
      expect(yield* info(id)).toEqual([]);
    },
  },
  {
    name: 'a renewal starts the time anew',
    *script({ ask, session, info, pause }) {
      const id = yield* session({ TTL: '10s' });
      yield* pause(ttlMs);
      yield* ask('PUT', `/v1/session/renew/${id}`);
      yield* pause(ttlMs + slackMs);
      expect(yield* info(id)).toHaveLength(1);
      yield* pause(ttlMs);
      expect(yield* info(id)).toEqual([]);
    },
  },
  {
    name: 'acquiring again does not renew',
    *script({ put, session, info, pause }) {
      const id = yield* session({ TTL: '10s' });
      yield* put('lock', 'x', { acquire: id });
      yield* pause(ttlMs);
      expect(json(yield* put('lock', 'y', { acquire: id }))).toBe(true);
      yield* pause(ttlMs + slackMs);
      expect(yield* info(id)).toEqual([]);
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
