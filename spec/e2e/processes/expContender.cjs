// A contender by exp-leader-election: tells when it leads and when it fails, in lines of JSON.
const leaderElection = require('exp-leader-election');

const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const tell = (kind) => process.stdout.write(`${JSON.stringify({ kind, atMs: nowMs() })}\n`);

// It says so before each of its long polls.
const debug = (text) => text === 'Read key' && console.log('waits');

leaderElection({ ...JSON.parse(process.argv[2]), debug })
  .on('gainedLeadership', () => tell('Leader'))
  .on('error', () => tell('Error'));
