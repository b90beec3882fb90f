import leaderElection, * as all from 'rxjs-leader-election/exp-leader-election';

const election = leaderElection({ key: 'locks/reports' });
const kinds = [leaderElection, all.default, election].map((value) => typeof value);
const methods = ['on', 'once', 'close'].filter((name) => typeof election[name] === 'function');

try {
  leaderElection({});
} catch ({ code }) {
  election.close().then(() => console.log(...kinds, ...methods, code));
}
