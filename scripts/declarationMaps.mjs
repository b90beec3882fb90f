// Maps from declarations to the code beside them, so that "go to definition" leads to what runs.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { SourceMap } from 'magic-string';
import ts from 'typescript';

/** Maps what a file of declarations exports to where a CommonJS file has it. */
export function mapDeclarations(declarations, script) {
  const types = parsed(declarations);
  const code = parsed(script);
  const places = new Map(declaredIn(code).map(({ name, at }) => [name, placeOf(code, at)]));
  const localNames = new Map(code.statements.flatMap(assignedExport));
  const exportedNames = new Map(types.statements.flatMap(listedExports));
  const mappings = [];
  const map = (position, place = []) => {
    const [line, column] = placeOf(types, position);
    (mappings[line] ??= []).push([column, ...place]);
  };
  for (const { name, at, end } of declaredIn(types)) {
    const place = places.get(localNames.get(exportedNames.get(name)));
    map(at, place && [0, ...place]);
    // An editor takes the next one of a position: between declarations nothing is mapped.
    map(end);
  }
  const sourceMap = new SourceMap({
    file: basename(declarations),
    sources: [relative(dirname(declarations), script)],
    names: [],
    mappings: Array.from(mappings, (line = []) => line),
  });
  writeFileSync(`${declarations}.map`, `${sourceMap}\n`);
  appendFileSync(declarations, `//# sourceMappingURL=${basename(declarations)}.map\n`);
}

const parsed = (file) =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);

function placeOf(source, position) {
  const { line, character } = source.getLineAndCharacterOfPosition(position);
  return [line, character];
}

/** What is declared at the top of a file, with where its name begins and where it ends. */
const declaredIn = (source) =>
  source.statements.flatMap((statement) =>
    (ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement])
      .filter(({ name }) => name !== undefined && ts.isIdentifier(name))
      .map(({ name }) => ({ name: name.text, at: name.getStart(), end: statement.end })),
  );

/** `exports.name = local;` */
function assignedExport(statement) {
  const { left, right } = statement.expression ?? {};
  const isExport = left !== undefined && left.expression?.getText() === 'exports';
  return isExport ? [[left.name.text, right.getText()]] : [];
}

/** `export { local as name };` */
function listedExports(statement) {
  const elements = ts.isExportDeclaration(statement) ? statement.exportClause.elements : [];
  return elements.map(({ name, propertyName = name }) => [propertyName.text, name.text]);
}
