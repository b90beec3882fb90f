import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { root } from './tarball.js';

/** Where an editor goes: a file, and the line in it, the first being 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** Where "go to definition" leads to from a place in a file, as the language server of TypeScript says. */
export function definitionOf(file: string, line: number, offset: number): Place {
  const requests = [
    { command: 'open', arguments: { file, projectRootPath: dirname(file) } },
    { command: 'definition', arguments: { file, line, offset } },
  ];
  const input = requests
    .map((request, at) => `${JSON.stringify({ seq: at + 1, type: 'request', ...request })}\n`)
    .join('');
  const server = join(root, 'node_modules/typescript/lib/tsserver.js');
  // It ends with its input, once it has answered.
  const args = [server, '--disableAutomaticTypingAcquisition'];
  const { stdout } = spawnSync(process.execPath, args, { input, encoding: 'utf8' });
  const answers = stdout
    .split('\n')
    .filter((text) => text.startsWith('{'))
    .map((text) => JSON.parse(text) as { readonly request_seq?: number; readonly body: unknown });
  const [found] = answers.find((answer) => answer.request_seq === 2)?.body as {
    readonly file: string;
    readonly start: { readonly line: number };
  }[];
  return { file: found!.file, line: found!.start.line };
}
