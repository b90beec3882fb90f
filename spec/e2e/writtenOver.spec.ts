import { filter } from 'rxjs';
import { consulFrom, watchKey } from '../../lib/index.js';
import { contest, first } from './support/contest.js';
import { describeOnEachConsul } from './support/eachConsul.js';

describeOnEachConsul('a held lock that somebody writes over', (place) => {
  it('is restored by its leader, which goes on, and whoever comes then follows', async () => {
    const { address } = place();
    const race = contest(address);
    const a = race.join('a');
    const { fencingToken, sessionId } = await a.until('Leader');
    const entries$ = watchKey(consulFrom({ address }), race.key, { waitMs: 10_000 });
    const before = await first(entries$);

    const url = `${address}/v1/kv/${race.key}`;
    await fetch(url, { method: 'PUT', body: 'by hand' });
    const restored$ = entries$.pipe(
      filter(({ entry, index }) => index > before.index && entry?.value !== 'by hand'),
    );
    const { entry } = await first(restored$);
    const { flags, value } = before.entry!;
    expect(entry).toMatchObject({ flags, value, sessionId });

    const { leader } = await race.join('b').until('Follower');
    expect(leader).toEqual({ sessionId, metadata: { name: 'a' } });
    expect(a.states.map(({ kind }) => kind)).toEqual(['Follower', 'Leader']);
    expect(a.states.at(-1)).toMatchObject({ fencingToken });
  });
});
