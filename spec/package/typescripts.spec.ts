import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { installed, packed, root, run, runNode } from './tarball.js';

jest.setTimeout(300_000);

/** The compiler of a version, which is fetched once. All of them have the same command, so none is a dependency. */
function compiler(version: string): string {
  const own = ts.version === version;
  const folder = own ? root : join(root, '.cache/typescript', version);
  const tsc = join(folder, 'node_modules/typescript/bin/tsc');
  if (!existsSync(tsc)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
    run(folder, 'npm', 'install', ...options, '--prefer-offline', `typescript@${version}`);
  }
  return tsc;
}

/** The oldest that is supported, the one that this package is built with, and the newest. */
const versions = ['5.0.4', ts.version, '7.0.2'];

const node10 = { module: 'commonjs', moduleResolution: 'node', esModuleInterop: true };
const node16 = { module: 'node16', moduleResolution: 'node16' };
const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' };
const bundler = { module: 'esnext', moduleResolution: 'bundler' };

/** Each way of resolving, with what the files are called; the newest TypeScript has given up the oldest. */
const ways = [
  { name: 'node10', kind: 'ts', options: node10, upTo: 6 },
  { name: 'node16 of CommonJS', kind: 'cts', options: node16 },
  { name: 'node16 of ES modules', kind: 'mts', options: node16 },
  { name: 'nodenext of CommonJS', kind: 'cts', options: nodenext },
  { name: 'nodenext of ES modules', kind: 'mts', options: nodenext },
  { name: 'a bundler', kind: 'ts', options: bundler },
];

const major = (version: string) => Number.parseInt(version, 10);

describe('the types of the packed tarball', () => {
  let tarball: ReturnType<typeof packed>;
  let consumer: string;

  beforeAll(() => {
    tarball = packed();
    consumer = installed(tarball.folder, tarball.file);
    for (const version of versions) {
      expect(runNode(root, compiler(version), '--version').output).toBe(`Version ${version}`);
    }
  });

  afterAll(() => {
    rmSync(tarball.folder, { recursive: true, force: true });
  });

  const cases = versions.flatMap((version) =>
    ways
      .filter(({ upTo = Infinity }) => major(version) <= upTo)
      .map((way) => ({ version, ...way })),
  );

  it.each(cases)('are found by TypeScript $version for $name', ({ version, kind, options }) => {
    const sources = ['typescript', 'exp'].map((name) => {
      const source = `${name}.consumer.${kind}`;
      copyFileSync(join(consumer, `${name}.ts`), join(consumer, source));
      return source;
    });
    const compilerOptions = {
      ...{ target: 'es2022', lib: ['es2022'], strict: true, noEmit: true, skipLibCheck: false },
      ...{ types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
      ...(major(version) === 6 && { ignoreDeprecations: '6.0' }),
      ...options,
    };
    const config = join(consumer, 'tsconfig.json');
    writeFileSync(config, JSON.stringify({ compilerOptions, files: sources }));
    const outcome = runNode(consumer, compiler(version), '--project', config);
    expect(outcome).toEqual({ status: 0, output: '' });
  });
});
