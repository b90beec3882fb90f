import { map } from 'rxjs';
import type { ElectionEvent } from '../../lib/leadership/electionEvent.js';
import { leaseTimer } from '../../lib/leadership/leaseTimer.js';
import { marbles } from '../support/marbles.js';

const timing = { leaseMs: 10, stopBudgetMs: 2 };

const letters: Record<string, ElectionEvent['type']> = {
  A: 'Acquired',
  C: 'Confirmed',
  X: 'Lost',
  D: 'SteppedDown',
  F: 'Failed',
  S: 'Observed',
  T: 'Expired',
};

describe('leaseTimer', () => {
  it.each([
    ['nothing', '-', '-', '^ 19ms !'],
    ['an empty stream', '--|', '--|', '^-!'],
    ['an error', '-#', '-#', '^!'],
    ['a stream without leases', 'F-S-F|', 'F-S-F|', '^----!'],
    ['a lease, and its end after its duration less the stop budget', 'A', 'A-------T', '^ 19ms !'],
    ['a lease that is extended', 'A----C', 'A----C-------T', '^ 19ms !'],
    ['what does not move a lease', 'A--F-S', 'A--F-S--T', '^ 19ms !'],
    ['a lease that is lost', 'A--X', 'A--X', '^ 19ms !'],
    ['a lease that is given up, and another', 'A-D--A', 'A-D--A-------T', '^ 19ms !'],
    ['an error during a lease', 'A--#', 'A--#', '^--!'],
    ['a stream that ends during a lease, whose end still comes', 'A--|', 'A-------(T|)', '^--!'],
    ['a synchronous stream', '(AX|)', '(AX|)', '(^!)'],
  ])('mirrors %s', (_, events, result, subscribed) => {
    marbles(({ cold, time, expectObservable, expectSubscriptions }) => {
      const type$ = cold(events, letters);
      const timed$ = type$.pipe(
        // Here the confirmation is as fresh as its answer.
        map((type) => ({ type, at: time.now(), sentAt: time.now() }) as ElectionEvent),
        leaseTimer(timing, time),
        map(({ type }) => type),
      );
      expectObservable(timed$, '20ms !').toBe(result, letters);
      expectSubscriptions(type$.subscriptions).toBe(subscribed);
    });
  });

  it('counts from the request of a confirmation', () => {
    marbles(({ cold, time, expectObservable }) => {
      const acquired$ = cold('----A', letters).pipe(
        map((type) => ({ type, at: time.now(), sentAt: { monotonicMs: 1, wallMs: 1 } })),
        map((event) => event as ElectionEvent),
      );
      const type$ = acquired$.pipe(
        leaseTimer(timing, time),
        map(({ type }) => type),
      );
      expectObservable(type$, '20ms !').toBe('----A----T', letters);
    });
  });
});
