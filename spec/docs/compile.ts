import { join } from 'node:path';
import ts from 'typescript';
import { root, type Block } from './blocks.js';
import { entries } from './entries.js';
import { given } from './given.js';
import { impliedImports } from './scope.js';

/** The given names as globals of all blocks. */
const globals = `
import type { given } from '../spec/docs/given.js';
declare global {
  const { ${Object.keys(given()).join(', ')} }: ReturnType<typeof given>;
}`;

/** What the compiler has to say of each block; nothing is written to disk. */
export function problems(all: readonly Block[]): readonly string[] {
  const files = new Map(
    all.map(({ place, code }, index) => [
      join(root, 'docs', `block-${index}.ts`),
      { place, code: `${impliedImports(code)}${code}\nexport {};\n` },
    ]),
  );
  files.set(join(root, 'docs', 'given.ts'), { place: 'given', code: globals });
  const program = programOf(files);
  return [...files].flatMap(([file, { place }]) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => `${place}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
  );
}

function programOf(files: ReadonlyMap<string, { readonly code: string }>): ts.Program {
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: ['node', 'jest'] },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext },
    lib: ['lib.es2023.d.ts'],
    paths: Object.fromEntries(entries.map(({ module, source }) => [module, [source]])),
  };
  const host = ts.createCompilerHost(options);
  host.fileExists = (file) => files.has(file) || ts.sys.fileExists(file);
  host.readFile = (file) => files.get(file)?.code ?? ts.sys.readFile(file);
  host.getSourceFile = (file, language) => {
    const code = host.readFile(file);
    return code === undefined ? undefined : ts.createSourceFile(file, code, language);
  };
  return ts.createProgram([...files.keys()], options, host);
}
