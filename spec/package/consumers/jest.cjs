const { leaderElection } = require('rxjs-leader-election');

test('an election is made in jest', () => {
  expect(leaderElection({ key: 'locks/reports' }).isLeader()).toBe(false);
});
