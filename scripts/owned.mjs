// What a command has started and made. Nothing of it outlives the command, SIGKILL apart.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const groups = new Set();
const folders = new Set();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
let isMaking = false;

/** A signal becomes an exit, and the event `exit` comes after an uncaught error, too. */
const leave = (signal) => process.exit(128 + constants.signals[signal]);

function endAll() {
  groups.forEach(endGroup);
  // Who is being killed may still write into it.
  for (const folder of folders) remove(folder);
}

/** While nothing is owned, signals are the business of the rest of the program. */
function owning() {
  const isNeeded = isMaking || groups.size + folders.size > 0;
  if (isNeeded === process.listeners('exit').includes(endAll)) return;
  const change = isNeeded ? 'on' : 'off';
  process[change]('exit', endAll);
  for (const signal of signals) process[change](signal, leave);
}

/** Makes something that is owned: signals are heeded from before it is there, so that none falls in between. */
function owned(make) {
  isMaking = true;
  owning();
  try {
    return make();
  } finally {
    isMaking = false;
    owning();
  }
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

function remove(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** Starts a process in a group of its own. What is left of the group ends with it, or with this process. */
export function ownedProcess(command, args, options) {
  const child = owned(() => {
    const started = spawn(command, args, { ...options, detached: true });
    if (started.pid !== undefined) groups.add(started.pid);
    return started;
  });
  if (child.pid === undefined) return child;
  child.once('exit', () => {
    endGroup(child.pid);
    groups.delete(child.pid);
    owning();
  });
  return child;
}

/** A new temporary folder whose name begins like this. */
export function ownedFolder(prefix) {
  return owned(() => {
    const folder = mkdtempSync(join(tmpdir(), prefix));
    folders.add(folder);
    return folder;
  });
}

/** Removes one before the end. */
export function removeOwned(folder) {
  remove(folder);
  folders.delete(folder);
  owning();
}

/** Builds the package; a build that fails ends this process. */
export async function built() {
  const program = new URL('build.mjs', import.meta.url);
  const child = ownedProcess(process.execPath, [fileURLToPath(program)], { stdio: 'inherit' });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) process.exit(code ?? 1);
}
