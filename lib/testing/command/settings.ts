import * as E from 'fp-ts/lib/Either.js';
import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly nodeName: string | undefined;
  /** To say what the command does, and nothing else. */
  readonly help: boolean;
}

/** Reads the arguments behind the command's name, or says what is wrong with them. */
export function settingsOf(args: readonly string[]): E.Either<string, Settings> {
  return E.Chain.chain(
    E.tryCatch(
      () => parseArgs({ args: [...args], options, strict: true, allowPositionals: true }),
      (problem) => firstSentence((problem as Error).message),
    ),
    ({ values, positionals: [surplus] }) => {
      if (surplus !== undefined) return E.left(`Unexpected argument '${surplus}'.`);
      const { host, port, node: nodeName, help } = values;
      const named = { '--host': host, '--node': nodeName };
      const empty = Object.entries(named).find(([, value]) => value === '');
      if (empty !== undefined) return E.left(`${empty[0]} needs a value.`);
      return /^\d{1,5}$/.test(port) && Number(port) < 65_536
        ? E.right({ host, port: Number(port), nodeName, help })
        : E.left(`--port needs a number from 0 to 65535, not '${port}'.`);
    },
  );
}

const options = {
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', short: 'p', default: '8500' },
  node: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Node goes on about positional arguments, of which there are none here. */
function firstSentence(text: string): string {
  return `${text.split(/\.(?:\s|$)|\n/)[0] ?? text}.`;
}
