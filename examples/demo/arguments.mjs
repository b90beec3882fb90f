import { parseArgs } from 'node:util';
import { DemoFailure } from './failure.mjs';

export const help = `Three processes contend for one lock. Watch one of them lead, hand over and crash.

  npm run demo                                            on an embedded Consul
  npm run demo -- --consul http://127.0.0.1:8500          on a real one

  --consul <address>   http://, https:// or unix:// address of a Consul agent. Consul's variables
                       count as well: CONSUL_HTTP_TOKEN, CONSUL_CACERT and the others. The token needs
                       session:write, and key:write for the prefix rxjs-leader-election-demo/.
  --help               this text

On a terminal the picture is redrawn in place, without colours if NO_COLOR is set; elsewhere each
event is a line. It takes about 40 seconds. Exit code 0: all went well, and no two processes led at
once. 1: something did not. 2: the arguments are not right. Ctrl-C ends it, and its processes.
`;

/** What the command line asks for. Throws a `DemoFailure` that says what is wrong with it. */
export function parsed(args) {
  const values = accepted(args);
  if (values.consul?.trim() === '') {
    throw wrongArguments('--consul needs an address, for example http://127.0.0.1:8500.');
  }
  return values;
}

function accepted(args) {
  const options = { consul: { type: 'string' }, help: { type: 'boolean', short: 'h' } };
  try {
    return parseArgs({ args, options, allowPositionals: false }).values;
  } catch ({ message }) {
    // What follows the first sentence is about the conventions of parseArgs.
    throw wrongArguments(`${message.split(/\.?(\s|$)(?=$|[A-Z])|\n/)[0]}.`);
  }
}

function wrongArguments(problem) {
  return new DemoFailure(`${problem} \`npm run demo -- --help\` tells what there is.`, 2);
}
