import { bracket } from '../../lib/session/bracket.js';
import { marbles, type MarbleHelpers } from '../support/marbles.js';

function parts(m: MarbleHelpers, diagrams: { acquire: string; use: string; release: string }) {
  const acquire$ = m.cold(diagrams.acquire);
  const use$ = m.cold(diagrams.use);
  const release$ = m.cold(diagrams.release);
  const result$ = bracket({
    acquire$,
    use: () => use$,
    release: () => release$,
    scheduler: m.scheduler,
  });
  return { acquire$, use$, release$, result$ };
}

describe('bracket', () => {
  it('releases once use has completed, and completes once it is released', () => {
    marbles((m) => {
      const p = parts(m, { acquire: '--(r|)', use: '-a-|', release: '---|' });
      m.expectObservable(p.result$).toBe('---a----|');
      m.expectSubscriptions(p.use$.subscriptions).toBe('--^--!');
      m.expectSubscriptions(p.release$.subscriptions).toBe('-----^--!');
    });
  });

  it('says at once that use has failed, and releases in the background', () => {
    marbles((m) => {
      const p = parts(m, { acquire: '(r|)', use: '-a-#', release: '---|' });
      m.expectObservable(p.result$).toBe('-a-#');
      m.expectSubscriptions(p.release$.subscriptions).toBe('---^--!');
    });
  });

  it('releases in the background when the subscriber leaves during use', () => {
    marbles((m) => {
      const p = parts(m, { acquire: '(r|)', use: '-a---', release: '---|' });
      m.expectObservable(p.result$, '--!').toBe('-a');
      m.expectSubscriptions(p.use$.subscriptions).toBe('^-!');
      m.expectSubscriptions(p.release$.subscriptions).toBe('--^--!');
    });
  });

  it('finishes an acquisition that nobody waits for any more, and releases what it brought', () => {
    marbles((m) => {
      const p = parts(m, { acquire: '----(r|)', use: '-a', release: '---|' });
      m.expectObservable(p.result$, '-!').toBe('-');
      m.expectSubscriptions(p.acquire$.subscriptions).toBe('^---!');
      m.expectSubscriptions(p.use$.subscriptions).toBe([]);
      m.expectSubscriptions(p.release$.subscriptions).toBe('----^--!');
    });
  });

  it('does not cut a release short when the subscriber leaves during it, nor repeats it', () => {
    marbles((m) => {
      const p = parts(m, { acquire: '(r|)', use: '-|', release: '-----|' });
      m.expectObservable(p.result$, '---!').toBe('-');
      m.expectSubscriptions(p.release$.subscriptions).toBe('-^----!');
    });
  });

  it('has nothing to release when the acquisition failed', () => {
    marbles((m) => {
      const p = parts(m, { acquire: '-#', use: 'a', release: '|' });
      m.expectObservable(p.result$).toBe('-#');
      m.expectSubscriptions(p.release$.subscriptions).toBe([]);
    });
  });

  it('completes although the release has failed, and tells those who track it', () => {
    marbles((m) => {
      const told: string[] = [];
      const result$ = bracket({
        acquire$: m.cold('(r|)'),
        use: () => m.cold('-|'),
        release: () => m.cold('--#'),
        scheduler: m.scheduler,
        track: (released$) => {
          m.expectObservable(released$, '----^').toBe('----#');
          return () => told.push('settled');
        },
      });
      m.expectObservable(result$).toBe('---|');
      m.flush();
      expect(told).toEqual(['settled']);
    });
  });

  it('acquires a resource of its own for each subscriber', () => {
    marbles((m) => {
      const p = parts(m, { acquire: '(r|)', use: 'a|', release: '|' });
      m.expectObservable(p.result$).toBe('a|');
      m.expectObservable(p.result$, '---^').toBe('---a|');
      m.expectSubscriptions(p.acquire$.subscriptions).toBe(['(^!)', '---(^!)']);
      m.expectSubscriptions(p.release$.subscriptions).toBe(['-(^!)', '----(^!)']);
    });
  });

  it('starts a background release only after every synchronous teardown of the moment', () => {
    marbles(({ cold, scheduler, flush }) => {
      const order: string[] = [];
      const subscription = bracket({
        acquire$: cold('(r|)'),
        use: () => cold('-'),
        release: () => {
          order.push('released');
          return cold('|');
        },
        scheduler,
      }).subscribe();
      subscription.add(() => order.push('work stopped'));
      scheduler.schedule(() => {
        subscription.unsubscribe();
      }, 5);
      flush();
      expect(order).toEqual(['work stopped', 'released']);
    });
  });
});
