#!/usr/bin/env node
import * as E from 'fp-ts/lib/Either.js';
import { fromEvent, merge, takeUntil } from 'rxjs';
import { systemChance } from '../../ports/chance.js';
import { systemTime } from '../../ports/time.js';
import { consulServer } from '../embedded/consulServer.js';
import { runningConsul } from '../consul/runningConsul.js';
import { settingsOf, type Settings } from './settings.js';
import { startupText, help, usageError } from './texts.js';

/** Exit codes, by what has happened; 0 when the command was told to stop. */
const exitCodes = { cannotListen: 1, usageError: 2 } as const;

function main(): void {
  const settings = settingsOf(process.argv.slice(2));
  if (E.isLeft(settings)) {
    process.stderr.write(`${usageError(settings.left)}\n`);
    process.exitCode = exitCodes.usageError;
  } else if (settings.right.help) {
    process.stdout.write(`${help}\n`);
  } else {
    serve(settings.right);
  }
}

/** Nothing is recorded here, for the command may run for days. */
function serve({ host, port, nodeName }: Settings): void {
  const chance = systemChance;
  const running = runningConsul({
    time: systemTime,
    waitChance: chance,
    idChance: chance,
    nodeName,
  });
  const told$ = merge(fromEvent(process, 'SIGINT'), fromEvent(process, 'SIGTERM'));
  consulServer(running, { host, port })
    .pipe(takeUntil(told$))
    .subscribe({
      next: (address) => process.stdout.write(`${startupText(address, isLoopback(address))}\n`),
      error: (problem: unknown) => {
        process.stderr.write(`${problem instanceof Error ? problem.message : String(problem)}\n`);
        process.exitCode = exitCodes.cannotListen;
      },
    });
}

function isLoopback(address: string): boolean {
  return /^http:\/\/(127\.|\[::1\])/.test(address);
}

main();
