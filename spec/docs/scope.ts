import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { entries } from './entries.js';

/** What examples may use without an import, when they have none: where each name comes from. */
const sources: Record<string, readonly string[]> = {
  ...Object.fromEntries(entries.map(({ module, source }) => [module, exportsOf(source)])),
  'rxjs/testing': ['TestScheduler'],
  rxjs: Object.keys(jest.requireActual<object>('rxjs')),
};

/** The names, of types too, that an entry point lists. */
function exportsOf(source: string): readonly string[] {
  return parsed(readFileSync(source, 'utf8'))
    .statements.filter(ts.isExportDeclaration)
    .flatMap(({ exportClause }) =>
      exportClause !== undefined && ts.isNamedExports(exportClause)
        ? exportClause.elements.map(({ name }) => name.text)
        : [],
    );
}

function parsed(code: string): ts.SourceFile {
  return ts.createSourceFile('block.ts', code, ts.ScriptTarget.ES2022, true);
}

/**
 * The imports that a fragment leaves out, as a line before it. A block with imports of its own is a
 * whole program, and gets none.
 */
export function impliedImports(code: string): string {
  const file = parsed(code);
  if (file.statements.some(ts.isImportDeclaration)) return '';
  const names = namesOf(file);
  const taken = new Set(names.declared);
  return Object.entries(sources)
    .map(([module, exported]) => {
      const used = exported.filter((name) => names.used.has(name) && !taken.has(name));
      used.forEach((name) => taken.add(name));
      return used.length === 0 ? '' : `import { ${used.join(', ')} } from '${module}'; `;
    })
    .join('');
}

function namesOf(file: ts.SourceFile) {
  const declared = new Set<string>();
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const declares =
        (ts.isVariableDeclaration(parent) ||
          ts.isBindingElement(parent) ||
          ts.isParameter(parent) ||
          ts.isFunctionDeclaration(parent) ||
          ts.isClassDeclaration(parent)) &&
        parent.name === node;
      (declares ? declared : used).add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { declared, used };
}
