import ts from 'typescript';
import * as library from '../../lib/index.js';
import * as testing from '../../lib/testing/index.js';
import { entries } from './entries.js';

const sources = entries.map(({ source }) => source);
const program = ts.createProgram(sources, {
  ...{ strict: true, skipLibCheck: true, types: ['node'] },
  ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext },
});
const checker = program.getTypeChecker();

/** Everything that users can import, without the detour of the entry point. */
const exported = sources.flatMap((source) => {
  const file = program.getSourceFile(source);
  const module = file && checker.getSymbolAtLocation(file);
  return checker
    .getExportsOfModule(module!)
    .map((symbol) =>
      symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
    );
});

const documentation = (symbol: ts.Symbol): string =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker));

/** The properties of the exported interfaces, with what is said of them and of their interface. */
const properties = exported
  .filter(({ flags }) => flags & ts.SymbolFlags.Interface)
  .flatMap((owner) =>
    [...(owner.members?.values() ?? [])].map((symbol) => ({
      name: `${owner.name}.${symbol.name}`,
      optional: (symbol.flags & ts.SymbolFlags.Optional) !== 0,
      said: documentation(symbol),
      context: documentation(owner),
    })),
  );

const isValue = ({ flags }: ts.Symbol): boolean => (flags & ts.SymbolFlags.Value) !== 0;

describe('the documentation of what is exported', () => {
  it('is about all that there is at runtime', () => {
    const names = exported.filter(isValue).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([...Object.keys(library), ...Object.keys(testing)]),
    );
  });

  it('has an example of every function, class and constant', () => {
    const without = exported
      .filter(isValue)
      .filter((symbol) => !symbol.getJsDocTags(checker).some(({ name }) => name === 'example'));
    expect(exported.length).toBeGreaterThan(100);
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  it('says the unit of every time', () => {
    const times = properties.filter(({ name }) => name.endsWith('Ms'));
    const without = times.filter(({ said, context }) => !/milliseconds?/i.test(said + context));
    expect(times.length).toBeGreaterThan(20);
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  it('says what happens where an option is left out', () => {
    const options = properties.filter(({ optional }) => optional);
    const without = options.filter(
      ({ said }) => !/\b(defaults? to|is the default|left out)\b/i.test(said),
    );
    expect(options.length).toBeGreaterThan(40);
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});
