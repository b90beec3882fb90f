// `npm run demo` starts here. Read contender.mjs first, which is what a service would do, and then
// show.mjs, which is what happens to three of them.
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { explainTiming, isElectionError } from 'rxjs-leader-election';
import { processesOf, DemoFailure } from './processes.mjs';
import { openConsul } from './consul.mjs';
import { reportOf } from './report.mjs';
import { screenOf } from './screen.mjs';
import { show } from './show.mjs';

const help = `Three processes contend for one lock: one leads, hands over, and another one crashes.

  npm run demo                                      on an embedded Consul
  npm run demo -- --consul http://127.0.0.1:8500    on a real one

  --consul <address>   http://, https:// or unix:// address of an agent. Token and certificates come
                       from Consul's own variables; the token needs session:write, and key:write for
                       the prefix rxjs-leader-election-demo/.
  --help               this text

It takes about 35 seconds. Exit code 0: never two leaders at once. 1: it did not go as it should.
2: the arguments are wrong. Ctrl-C ends it together with its processes.
`;

/** The least TTL that Consul accepts, and a lock-delay short enough to wait for. */
const timing = { sessionTtlMs: 10_000, lockDelayMs: 5_000 };

async function demo(address) {
  const consul = await openConsul(address);
  const prediction = explainTiming(timing, { roundTripMs: consul.roundTripMs });
  const key = `rxjs-leader-election-demo/${randomUUID()}`;
  console.log(`Consul: ${consul.title}, answers in ${consul.roundTripMs} ms`);
  console.log(`Key:    ${key}\n`);

  const processes = processesOf({ key, consul: { address: consul.address }, ...timing });
  const screen = screenOf(process.stdout, processes, prediction.crashFailoverMs.worst + 10_000);
  try {
    const gaps = await show(processes, prediction);
    screen.close();
    const { text, ok } = reportOf(gaps, processes.record);
    console.log(`\n${text}`);
    return ok ? 0 : 1;
  } finally {
    await processes.close();
    screen.close();
    await consul.remove(key);
    await consul.close();
  }
}

function parsed(args) {
  const options = { consul: { type: 'string' }, help: { type: 'boolean', short: 'h' } };
  try {
    return parseArgs({ args, options }).values;
  } catch ({ message }) {
    throw new DemoFailure(`${message}\n\n${help}`, 2);
  }
}

async function main() {
  const { consul, help: asksForHelp } = parsed(process.argv.slice(2));
  if (!asksForHelp) return demo(consul);
  process.stdout.write(help);
  return 0;
}

process.exitCode = await main().catch((error) => {
  const isExpected = error instanceof DemoFailure || isElectionError(error);
  console.error(isExpected ? error.message : error);
  return error.exitCode ?? (error.code === 'INVALID_OPTIONS' ? 2 : 1);
});
