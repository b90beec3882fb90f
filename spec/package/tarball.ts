import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The root of the project. */
export const root = resolve(__dirname, '../..');

/** What a command left: its status and everything that it printed. */
export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** Runs Node with a script and waits for it. */
export function runNode(cwd: string, ...args: readonly string[]): Outcome {
  return run(cwd, process.execPath, ...args);
}

/** Runs a command and waits for it. */
export function run(cwd: string, command: string, ...args: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}`.trim() };
}

/** Runs the lines of a shell script, up to the first that fails, and waits for it. */
export function runShell(cwd: string, script: string): Outcome {
  return run(cwd, 'sh', '-e', '-c', script);
}

/** The tarball, packed from `dist` as it was built last, in a temporary folder. */
export function packed(): {
  readonly folder: string;
  readonly file: string;
  readonly files: readonly string[];
  readonly unpackedSize: number;
} {
  if (!existsSync(join(root, 'dist/cjs/package.json'))) {
    throw new Error('There is no dist: run `npm run build` first.');
  }
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  const listing = npm(root, 'pack', '--ignore-scripts', '--json', '--pack-destination', folder);
  const [entry] = JSON.parse(listing) as [
    { filename: string; files: { path: string }[]; unpackedSize: number },
  ];
  return {
    folder,
    file: join(folder, entry.filename),
    files: entry.files.map(({ path }) => path),
    unpackedSize: entry.unpackedSize,
  };
}

/** A folder with the tarball and rxjs installed as a user installs them, and with the consumers. */
function installed(folder: string, tarball: string): string {
  const consumer = join(folder, 'consumer');
  cpSync(join(root, 'spec/package/consumers'), consumer, { recursive: true });
  writeFileSync(join(consumer, 'package.json'), '{ "private": true }\n');
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly devDependencies: { readonly rxjs: string };
  };
  const rxjs = `rxjs@${manifest.devDependencies.rxjs}`;
  npm(consumer, 'install', '--no-audit', '--no-fund', '--prefer-offline', tarball, rxjs);
  return consumer;
}

/** The tarball, installed for the specs of a `describe`: there while they run, and removed after them. */
export function tarballForSpecs(): Readonly<ReturnType<typeof packed> & { consumer: string }> {
  const tarball = {
    folder: '',
    file: '',
    files: [] as readonly string[],
    unpackedSize: 0,
    consumer: '',
  };

  beforeAll(() => {
    Object.assign(tarball, packed());
    tarball.consumer = installed(tarball.folder, tarball.file);
  });

  afterAll(() => {
    rmSync(tarball.folder, { recursive: true, force: true });
  });

  return tarball;
}

function npm(cwd: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stderr}`);
  return stdout;
}
