import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debianPackage, PackageMissing } from './debianPackage.mjs';

const runs = (path) => spawnSync(path, ['-v']).status === 0;

/** Says why there is no nginx and what to do about it. */
export class NginxMissing extends Error {
  constructor(reason) {
    super(
      `No nginx: ${reason} Install it, name one by NGINX_BIN=/path/to/nginx, or, on Debian, give apt a ` +
        'working mirror: it is used without being installed.',
    );
    this.name = 'NginxMissing';
    this.reason = reason;
  }
}

/** Path of an nginx that runs: the one that NGINX_BIN names, the one on the PATH, or Debian's. */
export function nginxBinary() {
  const named = process.env.NGINX_BIN;
  if (named) {
    if (runs(named)) return named;
    throw new NginxMissing(`NGINX_BIN names ${named}, which does not run.`);
  }
  return runs('nginx') ? 'nginx' : debians();
}

/** Of the suite of this machine, with whose libraries it runs. */
function debians() {
  const suite = codename();
  if (suite === undefined) throw new NginxMissing('there is none, and this is no Debian.');
  const target = fileURLToPath(
    new URL(`../.cache/nginx/${suite}-${process.arch}`, import.meta.url),
  );
  const binary = join(target, 'nginx');
  if (runs(binary)) return binary;
  try {
    const works = (folder) => runs(join(folder, 'nginx'));
    debianPackage({ name: 'nginx', suite, folder: 'usr/sbin', target, runs: works });
    return binary;
  } catch (error) {
    throw error instanceof PackageMissing ? new NginxMissing(error.message) : error;
  }
}

function codename() {
  const release = '/etc/os-release';
  const text = existsSync(release) ? readFileSync(release, 'utf8') : '';
  return /^ID=debian$/m.test(text) ? /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1] : undefined;
}
