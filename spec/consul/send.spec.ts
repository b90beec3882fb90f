import { map, NEVER } from 'rxjs';
import { readKey } from '../../lib/consul/kv/readKey.js';
import { renewSession } from '../../lib/consul/session/renewSession.js';
import type { TransportResponse } from '../../lib/ports/transport.js';
import { marbles } from '../support/marbles.js';
import { scriptedConsul } from '../support/scriptedConsul.js';

describe('the time of a request', () => {
  const timedOut: unknown = expect.objectContaining({ code: 'REQUEST_TIMED_OUT', retryable: true });

  it('is its own, counted from the subscription', () => {
    marbles(({ time, expectObservable }) => {
      const consul = scriptedConsul(time, () => NEVER, 100);
      expectObservable(renewSession(consul, 's'), '7ms ^').toBe('107ms #', undefined, timedOut);
    });
  });

  it('is longer for a poll, by what Consul may hold it back', () => {
    marbles(({ time, expectObservable }) => {
      const consul = scriptedConsul(time, () => NEVER, 100);
      const poll$ = readKey(consul, 'k', { wait: { index: 1, waitMs: 16_000 } });
      expectObservable(poll$).toBe('17100ms #', undefined, timedOut);
    });
  });

  it.each([
    ['when it runs out', '', '^ 99ms !'],
    ['when nobody waits any more', '--!', '^-!'],
  ])('ends the request %s', (_, leaving, subscribed) => {
    marbles(({ time, cold, expectObservable, expectSubscriptions }) => {
      const response$ = cold<TransportResponse>('-');
      const consul = scriptedConsul(time, () => response$, 100);
      const renewed$ = renewSession(consul, 's').pipe(map(() => 'r'));
      expectObservable(renewed$, leaving === '' ? undefined : leaving).toBe(
        leaving === '' ? '100ms #' : '',
        undefined,
        timedOut,
      );
      expectSubscriptions(response$.subscriptions).toBe(subscribed);
    });
  });
});
