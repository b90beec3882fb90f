const { TestScheduler } = require('rxjs/testing');
const { isLeading, leaderElection } = require('rxjs-leader-election');
const { leadershipMarbles } = require('rxjs-leader-election/testing');

test('an election is made in jest', () => {
  expect(leaderElection({ key: 'locks/reports' }).isLeader()).toBe(false);
});

test('leadership comes from a script of roles', () => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run(({ expectObservable }) => {
    const leads$ = leadershipMarbles(scheduler).cold('--F--L----E--L').pipe(isLeading());
    expectObservable(leads$).toBe('--n--y----n--y', { y: true, n: false });
  });
});
