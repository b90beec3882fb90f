// Prints the path of a Consul binary, or runs it with the arguments given:
//   npm run consul
//   npm run consul -- agent -dev
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { constants as system } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debianPackage, PackageMissing } from './debianPackage.mjs';

/** The last suite of Debian that has a package `consul`. */
const suite = 'bullseye';
const cached = fileURLToPath(new URL(`../.cache/consul/${suite}-${process.arch}`, import.meta.url));

/** Says why there is no Consul and what to do about it. */
export class ConsulMissing extends Error {
  constructor(reason) {
    super(
      `No Consul binary: ${reason}\n` +
        'Do one of these:\n' +
        '  - install Consul, so that `consul` is on the PATH (developer.hashicorp.com/consul/install),\n' +
        '  - name a binary: CONSUL_BIN=/path/to/consul,\n' +
        `  - on Debian, give apt a working mirror: the suite ${suite} has Consul, and it is used without being installed.`,
    );
    this.name = 'ConsulMissing';
    this.reason = reason;
  }
}

/** Path of a Consul that runs; throws {@link ConsulMissing}. */
export function consulBinary() {
  return named() ?? onPath() ?? kept() ?? downloaded();
}

function named() {
  if (!process.env.CONSUL_BIN) return undefined;
  const path = resolve(process.env.CONSUL_BIN);
  if (!runs(path)) throw new ConsulMissing(`CONSUL_BIN names ${path}, which does not run.`);
  return path;
}

function onPath() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => resolve(folder, 'consul'))
    .find((path) => isExecutable(path) && runs(path));
}

function kept() {
  const path = join(cached, 'consul');
  return existsSync(path) && runs(path) ? path : undefined;
}

function downloaded() {
  const binaryRuns = (folder) => runs(join(folder, 'consul'));
  try {
    debianPackage({ name: 'consul', suite, target: cached, runs: binaryRuns });
    return join(cached, 'consul');
  } catch (error) {
    throw error instanceof PackageMissing ? new ConsulMissing(error.message) : error;
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function runs(path) {
  const { status, stdout } = spawnSync(path, ['version'], { encoding: 'utf8' });
  return status === 0 && stdout.startsWith('Consul v');
}

/** Runs Consul in the foreground and ends as it ends. */
function passThrough(binary, args) {
  const child = spawn(binary, args, { stdio: 'inherit' });
  // A signal from the terminal reaches the child anyway; others only this process.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => signal === 'SIGINT' || child.kill(signal));
  }
  child.on('exit', (code, signal) => process.exit(code ?? 128 + system.signals[signal]));
}

function main() {
  try {
    const binary = consulBinary();
    const args = process.argv.slice(2);
    if (args.length === 0) console.log(binary);
    else passThrough(binary, args);
  } catch (error) {
    if (!(error instanceof ConsulMissing)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  main();
