import { NEVER } from 'rxjs';
import type { Fault } from '../../lib/testing/index.js';
import { playGroup, prefix } from './groupHarness.js';

describe('a key whose claim is under way when the session is replaced', () => {
  it('is left all the same when it resigned meanwhile', () => {
    playGroup(({ at, consul, group, flush }) => {
      const a = group('a', { link: { faults: [swallowingFirstClaimOf('2')] } });
      const ends: string[] = [];
      const other = a.leadership$('1').subscribe();
      at({
        1_000: () => a.leadership$('2').subscribe({ complete: () => ends.push('leadership') }),
        1_100: () =>
          a
            .election('2')
            .resign()
            .subscribe({ complete: () => ends.push('resignation') }),
        1_200: () => consul.sessions().forEach(({ id }) => consul.destroySession(id)),
        30_000: () => {
          expect(ends.sort()).toEqual(['leadership', 'resignation']);
          expect(consul.holderOf(`${prefix}1`)).toEqual(expect.any(String));
          expect(consul.holderOf(`${prefix}2`)).toBeUndefined();
          other.unsubscribe();
        },
      });
      flush();
      expect(consul.sessions()).toEqual([]);
    });
  });
});

/** The first request that wants the lock of a key reaches nobody. */
function swallowingFirstClaimOf(key: string): Fault {
  let isFirst = true;
  return (transport) => ({
    ...transport,
    request: (request) => {
      const isClaim =
        request.body?.includes('"lock"') === true && request.body.includes(`${prefix}${key}"`);
      if (!isFirst || !isClaim) return transport.request(request);
      isFirst = false;
      return NEVER;
    },
  });
}
