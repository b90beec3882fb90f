// A plugin of typedoc: the site has the sections of lib/index.ts, in their order; the documents have the
// titles that stand in them, and the order in which the README leads to them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Comment, CommentTag, Converter, ReflectionKind } from 'typedoc';

const read = (path) => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');

const { name, exports } = JSON.parse(read('package.json'));

/** What users import each module as, which typedoc calls by the folder of its source. */
const importedAs = new Map(
  Object.entries(exports)
    .filter(([, target]) => target.import !== undefined)
    .map(([path, target]) => {
      const [, folder] = /^\.\/dist\/esm\/(.+?)(?:\/index)?\.d\.ts$/.exec(target.import.types);
      return [folder, name + path.slice(1)];
    }),
);

/** The section of each exported name: what stands behind `// Section` belongs to it. */
function sectionsOf(source) {
  const sections = new Map();
  for (const [, section, names] of source.matchAll(/^\/\/ (.+)\n((?:(?!^\/\/ )[^])*)/gm)) {
    for (const [, list] of names.matchAll(/\{([^}]*)\}/g)) {
      for (const [name] of list.replaceAll(/\btype\b/g, '').matchAll(/[\w$]+/g)) {
        sections.set(name, section);
      }
    }
  }
  return sections;
}

export function load(app) {
  const sections = sectionsOf(read('lib/index.ts'));

  app.on('bootstrapEnd', () => {
    app.options.setValue('categoryOrder', [...new Set(sections.values())]);
  });

  const places = new Map();
  const readme = read('README.md');

  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    // The name is that of the file at first.
    const place = readme.lastIndexOf(`docs/${document.name}.md`);
    places.set(document, place === -1 ? readme.length : place);
    const [, title] = /^# (.+)$/m.exec(document.content[0]?.text ?? '') ?? [];
    document.name = title ?? document.name;
  });

  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    // The page has the name of the package for its title already.
    const [heading] = project.readme ?? [];
    if (heading !== undefined) heading.text = heading.text.replace(/^# .+\n+/, '');
    const modules = project.getReflectionsByKind(ReflectionKind.Module);
    // What is taken apart where it is received has no name of its own.
    for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter)) {
      if (parameter.name.startsWith('__namedParameters')) parameter.name = 'options';
    }
    for (const module of modules) module.name = importedAs.get(module.name) ?? module.name;
    const main = modules.find((module) => module.name === name);
    for (const child of main?.children ?? []) {
      const section = sections.get(child.name);
      if (section === undefined) throw new Error(`lib/index.ts has no section for ${child.name}.`);
      const place = child.signatures?.[0] ?? child;
      place.comment ??= new Comment();
      place.comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: section }]));
    }
  });

  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const names = [...importedAs.values()];
    const placeOf = (child) => places.get(child) ?? readme.length + names.indexOf(child.name);
    const inOrder = (one, other) => placeOf(one) - placeOf(other);
    project.documents?.sort(inOrder);
    project.childrenIncludingDocuments?.sort(inOrder);
    for (const { children } of project.groups ?? []) children.sort(inOrder);
  });
}
