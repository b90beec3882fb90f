import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { debianMirror } from './debianMirror.mjs';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Says why a package cannot be had. */
export class PackageMissing extends Error {}

/**
 * Unpacks a package of Debian without installing it, with no need to be root. Everything happens in a
 * folder of its own; only what `runs` says is good is moved to its final place.
 *
 * @param name - name of the package
 * @param suite - suite of Debian, whatever this machine's own is
 * @param folder - where the package has its programs
 * @param target - folder that gets them
 * @param runs - whether what lies in a folder works
 */
export function debianPackage({ name, suite, folder: programs = 'usr/bin', target, runs }) {
  const mirror = debianMirror();
  if (mirror === undefined) {
    throw new PackageMissing('there is none, and no Debian mirror in the sources of apt.');
  }
  const root = join(target, '..');
  mkdirSync(root, { recursive: true });
  const folder = mkdtempSync(join(root, 'download-'));
  try {
    const unpacked = join(unpackedIn(folder, { name, suite, mirror }), programs);
    if (!runs(unpacked)) throw new PackageMissing("Debian's binary does not run here.");
    keep(unpacked, target, runs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function unpackedIn(folder, { name, suite, mirror }) {
  const signedBy = existsSync(keyring) ? `[signed-by=${keyring}] ` : '';
  writeFileSync(join(folder, 'sources.list'), `deb ${signedBy}${mirror} ${suite} main\n`);
  for (const part of ['lists/partial', 'cache/archives/partial', 'package']) {
    mkdirSync(join(folder, part), { recursive: true });
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
  const apt = Object.entries(options).flatMap(([option, value]) => ['-o', `${option}=${value}`]);
  step('apt-get', [...apt, '--quiet', '--error-on=any', 'update'], folder);
  step('apt-get', [...apt, '--quiet', 'download', name], folder);
  const file = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  step('dpkg-deb', ['--extract', `./${file}`, 'package'], folder);
  return join(folder, 'package');
}

function step(command, args, cwd) {
  const { status, error, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  const lines = stderr.trim().split('\n');
  const why = error?.message ?? lines.find((line) => line.startsWith('E: ')) ?? lines.at(-1);
  throw new PackageMissing(`\`${command} ${args.at(-1)}\` failed (${why}).`);
}

function keep(unpacked, target, runs) {
  try {
    renameSync(unpacked, target);
  } catch {
    // Another process was faster, or what lies there does not run.
    if (runs(target)) return;
    rmSync(target, { recursive: true, force: true });
    renameSync(unpacked, target);
  }
}
