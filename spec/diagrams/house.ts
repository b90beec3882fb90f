import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Names, and what each of them imports. */
type Imports = ReadonlyMap<string, ReadonlySet<string>>;

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Tables of contents import everything, and are imported by nobody. */
const isContents = (path: string): boolean => /(^|\/)(index|require)\.c?ts$/.test(path);

/** The imports among the files of a folder, types included. */
function importsIn(folder: string): readonly Import[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.c?ts$/.test(path) && !isContents(path),
  );
  return files.flatMap((from) =>
    [...readFileSync(join(folder, from), 'utf8').matchAll(/\bfrom '(\.[^']*)\.js';$/gm)].map(
      ([, target = '']) => ({ from, to: `${posix.join(posix.dirname(from), target)}.ts` }),
    ),
  );
}

const layerOf = (path: string): string => /^[^/.]+/.exec(path)?.[0] ?? path;

/** The room of a file in its layer; at the door are those in no room. */
const roomOf = (path: string): string => /^[^/]+\/([^/]+)\//.exec(path)?.[1] ?? 'door';

/** The imports between places, of which a file is in one. */
function among(imports: readonly Import[], placeOf: (path: string) => string): Imports {
  const places = new Map<string, Set<string>>();
  const add = (path: string): Set<string> => {
    const place = placeOf(path);
    return places.get(place) ?? places.set(place, new Set()).get(place)!;
  };
  for (const { from, to } of imports) {
    add(to);
    if (placeOf(from) !== placeOf(to)) add(from).add(placeOf(to));
    else add(from);
  }
  return new Map([...places].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Without the arrows that a longer way stands for, so that the picture can be read. */
function reduced(imports: Imports): readonly (readonly [from: string, to: string])[] {
  const reaches = (from: string, to: string): boolean =>
    from === to || [...(imports.get(from) ?? [])].some((next) => reaches(next, to));
  return [...imports].flatMap(([from, targets]) =>
    [...targets]
      .filter((to) => ![...targets].some((other) => other !== to && reaches(other, to)))
      .sort()
      .map((to) => [from, to] as const),
  );
}

function drawnLayer(layer: string, imports: readonly Import[]): readonly string[] {
  const own = imports.filter(({ from, to }) => layerOf(from) === layer && layerOf(to) === layer);
  const rooms = among(own, roomOf);
  if (rooms.size < 3) return [`  ${layer}`];
  const id = (room: string): string => `${layer}_${room}`;
  const label = (room: string): string => (room === 'door' ? `${layer}/*.ts` : room);
  return [
    `  subgraph ${layer}`,
    ...[...rooms.keys()].map((room) => `    ${id(room)}["${label(room)}"]`),
    ...reduced(rooms).map(([from, to]) => `    ${id(from)} --> ${id(to)}`),
    '  end',
  ];
}

/** The layers of a folder, the rooms of the large ones, and what imports what, as Mermaid. */
export function drawnHouse(folder: string): string {
  const imports = importsIn(folder);
  const layers = among(imports, layerOf);
  return [
    'flowchart TD',
    ...[...layers.keys()].flatMap((layer) => drawnLayer(layer, imports)),
    ...reduced(layers).map(([from, to]) => `  ${from} --> ${to}`),
  ].join('\n');
}
