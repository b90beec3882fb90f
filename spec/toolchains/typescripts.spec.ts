import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root, run, runNode, tarballForSpecs } from '../package/tarball.js';

jest.setTimeout(300_000);

/** The compiler of a version, which is fetched once. All of them have the same command, so none is a dependency. */
function compiler(version: string): string {
  const own = ts.version === version;
  const folder = own ? root : join(root, '.cache/typescript', version);
  const tsc = join(folder, 'node_modules/typescript/bin/tsc');
  if (!existsSync(tsc)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const options = [
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-save',
      '--prefer-offline',
    ];
    const { output } = run(folder, 'npm', 'install', ...options, `typescript@${version}`);
    if (!existsSync(tsc)) throw new Error(`npm has no typescript@${version} for us: ${output}`);
  }
  return tsc;
}

/** The oldest that is supported, the one that this package is built with, and the newest. */
const versions = ['5.0.4', ts.version, '7.0.2'];

/** Each way of resolving, with what the files are called; the newest TypeScript has given up the oldest. */
const ways = [
  { name: 'node', options: { module: 'commonjs', esModuleInterop: true }, kinds: ['ts'], upTo: 6 },
  { name: 'node16', options: { module: 'node16' }, kinds: ['cts', 'mts'] },
  { name: 'bundler', options: { module: 'esnext' }, kinds: ['ts'] },
];

const major = (version: string) => Number.parseInt(version, 10);

describe('the types of the packed tarball', () => {
  const tarball = tarballForSpecs();

  const cases = versions.flatMap((version) =>
    ways
      .filter(({ upTo = Infinity }) => major(version) <= upTo)
      .map((way) => ({ version, ...way })),
  );

  it.each(cases)('are found by TypeScript $version for $name', (way) => {
    const { version, name, options, kinds } = way;
    const sources = ['typescript', 'exp'].flatMap((program) =>
      kinds.map((kind) => {
        const source = `${program}.consumer.${kind}`;
        copyFileSync(join(tarball.consumer, `${program}.ts`), join(tarball.consumer, source));
        return source;
      }),
    );
    const compilerOptions = {
      ...{ target: 'es2022', lib: ['es2022'], strict: true, noEmit: true, skipLibCheck: false },
      ...{ types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
      ...(major(version) === 6 && { ignoreDeprecations: '6.0' }),
      ...{ ...options, moduleResolution: name },
    };
    const config = join(tarball.consumer, 'tsconfig.json');
    writeFileSync(config, JSON.stringify({ compilerOptions, files: sources }));
    const outcome = runNode(tarball.consumer, compiler(version), '--project', config);
    expect(outcome).toEqual({ status: 0, output: '' });
  });
});
