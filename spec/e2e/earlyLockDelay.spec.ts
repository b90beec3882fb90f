import { defer, lastValueFrom, repeat, takeWhile } from 'rxjs';
import { goLockFlags } from '../../lib/config/sharedSettings.js';
import { describeWithConsul } from '../support/realConsul.js';
import { agentFor } from './support/agentFor.js';
import { contest, ended } from './support/contest.js';
import { nowMs } from './support/terms.js';

/** Long, so that a process which stands still for some seconds still sees which lock is free first. */
const lockDelayMs = 5_000;

describeWithConsul('a Consul that has just started', () => {
  const agent = agentFor({ mode: 'server' });

  const put = async (path: string, body = ''): Promise<unknown> => {
    const response = await fetch(`${agent().address}/v1/${path}`, { method: 'PUT', body });
    return response.ok ? response.json() : undefined;
  };
  const session = async (LockDelay: string): Promise<string> => {
    const made = (await put('session/create', JSON.stringify({ LockDelay }))) as { ID: string };
    return made.ID;
  };
  const acquired = (key: string, id: string): Promise<unknown> =>
    put(`kv/${key}?acquire=${id}&flags=${goLockFlags}`);
  const destroyed = (id: string): Promise<unknown> => put(`session/destroy/${id}`);
  /** Asks until Consul gives the lock away. */
  const acquiredAtLast = (key: string, id: string): Promise<unknown> =>
    lastValueFrom(
      defer(() => acquired(key, id)).pipe(
        repeat(),
        takeWhile((isAcquired) => isAcquired !== true, true),
      ),
      { defaultValue: false },
    );

  it('ends a lock-delay too early, and nobody leads by that', async () => {
    const delay = `${lockDelayMs}ms`;
    const [raw, spare] = ['locks/raw', 'locks/spare'];
    const race = contest(agent().address, { lockDelayMs });
    const keys = [raw, race.key];
    const [first, second] = [await session(delay), await session(delay)];
    for (const key of keys) await acquired(key, first);
    await destroyed(first);
    for (const key of keys) await acquiredAtLast(key, second);
    await ended(agent().kill());
    await ended(agent().restart());
    // Consul's own time passes: more than half of the lock-delay that the log told of.
    const other = await session(`${lockDelayMs * 0.6}ms`);
    await acquired(spare, other);
    await destroyed(other);
    const third = await session(delay);
    await acquiredAtLast(spare, third);

    // A lock that the log has not told of waits as long, and its time begins earlier.
    const control = await session(delay);
    await acquired('locks/control', control);
    await destroyed(control);
    const endedAtMs = nowMs();
    await destroyed(second);
    // Who has seen the lock fall vacant never asked too early; who comes later cannot know.
    const late = race.join('late');
    await acquiredAtLast(raw, third);
    const controlIsFree = await acquired('locks/control', third);
    await late.until('Leader');
    const ledAfterMs = nowMs() - endedAtMs;
    await Promise.all([race.end(), destroyed(third)]);
    // A Consul that keeps this lock-delay has been mended, and docs/safety.md may say so.
    expect(controlIsFree).toBe(false);
    expect(ledAfterMs).toBeGreaterThanOrEqual(lockDelayMs);
  });
});
