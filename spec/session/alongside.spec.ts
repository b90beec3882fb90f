import { alongside } from '../../lib/session/alongside.js';
import { marbles } from '../support/marbles.js';

describe('alongside', () => {
  it.each([
    ['never', '-', '-', '-', '^', '^'],
    ['an empty source', '--|', '-', '--|', '^-!', '^-!'],
    ['values until the source completes', '-a-b-|', '-', '-a-b-|', '^----!', '^----!'],
    ['an error of the source', '-a-#', '-', '-a-#', '^--!', '^--!'],
    ['an error of the background', '-a---', '---#', '-a-#', '^--!', '^--!'],
    ['a background that has ended', '-a---b|', '--|', '-a---b|', '^-----!', '^-!'],
    ['a source that ends at once', '(ab|)', '-', '(ab|)', '(^!)', '(^!)'],
  ])('mirrors %s', (_, source, background, result, subscribed, besides) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold(source);
      const background$ = cold<never>(background);
      expectObservable(source$.pipe(alongside(background$))).toBe(result);
      expectSubscriptions(source$.subscriptions).toBe(subscribed);
      expectSubscriptions(background$.subscriptions).toBe(besides);
    });
  });

  it('unsubscribes both', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('-a-');
      const background$ = cold<never>('-');
      expectObservable(source$.pipe(alongside(background$)), '--!').toBe('-a');
      expectSubscriptions(source$.subscriptions).toBe('^-!');
      expectSubscriptions(background$.subscriptions).toBe('^-!');
    });
  });
});
