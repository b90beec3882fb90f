import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import ts from 'typescript';

const { SyntaxKind } = ts;
const textKinds = new Set([
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateHead,
  SyntaxKind.TemplateMiddle,
  SyntaxKind.TemplateTail,
]);

/** Words, and not the name of an option or of a header. */
const isProse = (text) => text.trim().includes(' ');

/**
 * What the minified code of an entry of .size-limit.json consists of, in bytes: each folder of the
 * library, the sentences of all messages, and what it would be without them when gzipped.
 */
export async function compositionOf({ path, import: imported, ignore }, root) {
  const bundled = (from) =>
    build({
      stdin: { contents: `export ${imported} from './${from}'`, resolveDir: root },
      ...{ bundle: true, minify: true, format: 'esm', external: ignore },
      ...{ absWorkingDir: root, metafile: true, write: false },
    });
  const { outputFiles } = await bundled(path);
  // Of the files that are shipped nobody knows any more what came from where.
  const { metafile } = await bundled(path.replace('dist', '.cache/modules'));
  const code = outputFiles[0].text;
  const prose = proseIn(code);
  return {
    whole: code.length,
    folders: foldersOf(Object.values(metafile.outputs)[0].inputs),
    prose: prose.reduce((sum, { text }) => sum + text.length, 0),
    gzippedWithoutProse: gzipSync(without(code, prose), { level: 9 }).length,
  };
}

function foldersOf(inputs) {
  const folders = new Map();
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const folder = /^\.cache\/modules\/esm\/(\w+)\//.exec(file)?.[1] ?? 'the rest';
    folders.set(folder, (folders.get(folder) ?? 0) + bytesInOutput);
  }
  return [...folders].sort(([, one], [, other]) => other - one);
}

function proseIn(code) {
  const source = ts.createSourceFile('code.js', code, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (textKinds.has(node.kind) && isProse(node.text)) {
      found.push({ text: node.text, from: node.getStart(), to: node.end });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The code without these pieces. It does not run any more; only its size is asked for. */
function without(code, pieces) {
  const ends = [0, ...pieces.map(({ to }) => to)];
  const starts = [...pieces.map(({ from }) => from), code.length];
  return ends.map((end, at) => code.slice(end, starts[at])).join('');
}
