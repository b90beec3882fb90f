// A contender by exp-leader-election or what takes its place: tells its events in lines of JSON, each
// with how often it has happened. SIGTERM closes it where it can be closed.
const { kind, letItCrash, options } = JSON.parse(process.argv[2]);
const leaderElection =
  kind === 'old'
    ? require('exp-leader-election')
    : require('rxjs-leader-election/exp-leader-election');

const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const counts = {};
const tell = (kind, more) => {
  counts[kind] = (counts[kind] ?? 0) + 1;
  const line = { kind, nth: counts[kind], ...more, atMs: nowMs() };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

// Both say so when they have seen who leads.
const debug = (text) => ['Read key', 'Following'].includes(text) && console.log('waits');

const election = leaderElection({ ...options, debug })
  .on('gainedLeadership', (sessionId) => tell('Leader', { sessionId }))
  .on('lostLeadership', (sessionId) => tell('Follower', { sessionId }));

if (!letItCrash) election.on('error', (error) => tell('Error', { message: String(error) }));
if (election.close) {
  process.once('SIGTERM', () => election.close().then(() => tell('Closed')));
}
