// Prints the path of a Consul binary, or runs it with the arguments given:
//   npm run consul
//   npm run consul -- agent -dev
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants as system } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debianMirror } from './debianMirror.mjs';

/** The last suite of Debian that has a package `consul`. */
const suite = 'bullseye';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const cacheRoot = fileURLToPath(new URL('../.cache/consul', import.meta.url));
const cached = join(cacheRoot, `${suite}-${process.arch}`);

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

/** Everything happens in a folder of its own; only a binary that runs is moved to its final place. */
function downloaded() {
  const mirror = debianMirror();
  if (mirror === undefined)
    throw new ConsulMissing('there is none, and no Debian mirror in the sources of apt.');
  mkdirSync(cacheRoot, { recursive: true });
  const folder = mkdtempSync(join(cacheRoot, 'download-'));
  try {
    return keep(unpacked(folder, mirror));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function unpacked(folder, mirror) {
  const signedBy = existsSync(keyring) ? `[signed-by=${keyring}] ` : '';
  writeFileSync(join(folder, 'sources.list'), `deb ${signedBy}${mirror} ${suite} main\n`);
  for (const name of ['lists/partial', 'cache/archives/partial', 'package']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  const options = {
    'Dir::Etc::sourcelist': join(folder, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::Cache': join(folder, 'cache'),
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    // As root, apt would hand over to a user who may not be allowed into this folder.
    'APT::Sandbox::User': '',
  };
  const apt = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  step('apt-get', [...apt, '--quiet', '--error-on=any', 'update'], folder);
  step('apt-get', [...apt, '--quiet', 'download', 'consul'], folder);
  const file = readdirSync(folder).find((name) => name.endsWith('.deb'));
  step('dpkg-deb', ['--extract', `./${file}`, 'package'], folder);
  return join(folder, 'package/usr/bin');
}

function step(command, args, cwd) {
  const { status, error, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  const lines = stderr.trim().split('\n');
  const why = error?.message ?? lines.find((line) => line.startsWith('E: ')) ?? lines.at(-1);
  throw new ConsulMissing(`\`${command} ${args.at(-1)}\` failed (${why}).`);
}

function keep(folder) {
  if (!runs(join(folder, 'consul'))) throw new ConsulMissing("Debian's binary does not run here.");
  try {
    renameSync(folder, cached);
  } catch {
    // Another process was faster, or what lies there does not run.
    const other = kept();
    if (other !== undefined) return other;
    rmSync(cached, { recursive: true, force: true });
    renameSync(folder, cached);
  }
  return join(cached, 'consul');
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
