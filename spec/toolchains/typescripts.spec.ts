import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runNode, tarballForSpecs } from '../package/tarball.js';

jest.setTimeout(300_000);

/** The TypeScripts to try; see `scripts/toolchains.mjs`. */
interface Compiler {
  readonly version: string;
  readonly tsc: string;
}

const compilers = JSON.parse(process.env['TOOLCHAINS'] ?? '[]') as readonly Compiler[];

/** Each way of resolving, with what the files are called; the newest TypeScript has given up the oldest. */
const ways = [
  { name: 'node', options: { module: 'commonjs', esModuleInterop: true }, kinds: ['ts'], upTo: 6 },
  { name: 'node16', options: { module: 'node16' }, kinds: ['cts', 'mts'] },
  { name: 'bundler', options: { module: 'esnext' }, kinds: ['ts'] },
];

const major = (version: string) => Number.parseInt(version, 10);

describe('the types of the packed tarball', () => {
  const tarball = tarballForSpecs();

  const cases = compilers.flatMap(({ version, tsc }) =>
    ways
      .filter(({ upTo = Infinity }) => major(version) <= upTo)
      .map((way) => ({ version, tsc, ...way })),
  );

  it.each(cases)('are found by TypeScript $version for $name', (way) => {
    const { version, tsc, name, options, kinds } = way;
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
    const outcome = runNode(tarball.consumer, tsc, '--project', config);
    expect(outcome).toEqual({ status: 0, output: '' });
  });
});
