/** Imports go one way. Each layer lists what it may import besides itself. */
const layers = {
  ports: ['errors'],
  config: ['errors', 'ports'],
  // Of config only types, which a rule of its own checks.
  retry: ['errors', 'ports', 'config'],
  consul: ['errors', 'ports', 'config', 'retry'],
  session: ['errors', 'ports', 'config', 'retry', 'consul'],
  lock: ['errors', 'ports', 'config', 'retry', 'consul', 'session'],
  watch: ['errors', 'ports', 'config', 'retry', 'consul', 'session'],
  leadership: ['errors', 'ports', 'config', 'retry', 'consul', 'session', 'lock', 'watch'],
  group: [
    ...['errors', 'ports', 'config', 'retry', 'consul', 'session', 'lock', 'watch', 'leadership'],
  ],
  operators: [
    ...['errors', 'ports', 'config', 'retry', 'consul', 'session', 'lock', 'watch', 'leadership'],
  ],
  // Of Consul itself they know no more than an election does.
  adapters: ['errors', 'ports', 'config', 'leadership', 'operators'],
};

/**
 * The rooms of a layer with many files: what each may import of its own layer besides itself. The files at the
 * door, which are in no room, are called `door`.
 */
const rooms = {
  config: {
    model: [],
    decoding: [],
    values: ['model', 'decoding'],
    consul: ['model', 'decoding'],
    timing: ['model', 'decoding'],
    door: ['model', 'decoding', 'values', 'consul', 'timing'],
    explain: ['model', 'decoding', 'values', 'timing', 'door'],
  },
  consul: {
    transport: [],
    http: ['transport'],
    session: ['http'],
    agent: ['http'],
    status: ['http'],
    kv: ['http'],
    txn: ['http'],
    door: ['http', 'transport'],
  },
  testing: {
    time: [],
    faults: [],
    consul: ['faults'],
    embedded: ['consul', 'faults'],
    command: ['consul', 'embedded'],
    marbles: ['time'],
    simulation: ['door', 'faults', 'time'],
    door: ['consul', 'embedded', 'faults', 'time'],
  },
  operators: {
    support: [],
    work: ['support'],
    views: ['support'],
    gates: ['support'],
    joining: ['support'],
  },
  'testing/consul': {
    encoding: [],
    model: ['encoding'],
    http: ['encoding', 'model'],
    door: ['encoding', 'model', 'http'],
  },
  'testing/simulation': {
    plans: [],
    // They watch requests from outside, and know no process.
    checkers: [],
    world: ['plans', 'checkers'],
    rules: ['plans', 'checkers', 'world'],
    door: ['plans', 'checkers', 'world', 'rules'],
  },
};

/** The tables of contents for users. */
const entryPoints =
  '^lib/(index|testing/(index|command/main)|adapters/expLeaderElection/(index|require))\\.c?ts$';

const layerRules = Object.entries(layers).map(([layer, below]) => ({
  name: `layer-${layer}`,
  comment: `lib/${layer} may import only itself and: ${below.join(', ')}.`,
  severity: 'error',
  from: { path: `^lib/${layer}/` },
  to: {
    path: '^lib/',
    pathNot: `^lib/(${[layer, ...below].join('|')})(/|\\.ts$)`,
  },
}));

/** Files in a room, or at the door of its layer. */
const pathOf = (layer, room) =>
  room === 'door' ? `^lib/${layer}/[^/]+$` : `^lib/${layer}/${room}/`;

const roomRules = Object.entries(rooms).flatMap(([layer, plan]) => [
  ...Object.entries(plan).map(([room, below]) => ({
    name: `room-${layer.replace('/', '-')}-${room}`,
    comment: `Of its layer, ${room} of lib/${layer} may import only itself and: ${below.join(', ')}.`,
    severity: 'error',
    from: { path: pathOf(layer, room), pathNot: entryPoints },
    to: {
      path: `^lib/${layer}/`,
      pathNot: [room, ...below].map((other) => pathOf(layer, other)),
    },
  })),
  {
    name: `known-room-${layer.replace('/', '-')}`,
    comment: 'A new room has to be given its place in this file.',
    severity: 'error',
    from: {},
    to: {
      path: `^lib/${layer}/`,
      pathNot: Object.keys(plan).map((room) => pathOf(layer, room)),
    },
  },
]);

module.exports = {
  forbidden: [
    ...layerRules,
    ...roomRules,
    {
      name: 'retry-knows-types-of-config-only',
      severity: 'error',
      from: { path: '^lib/retry/' },
      to: { path: '^lib/config/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'errors-import-nothing',
      severity: 'error',
      from: { path: '^lib/errors\\.ts$' },
      to: { path: '.+' },
    },
    {
      name: 'known-layer',
      comment: 'A new folder of lib has to be given its place in this file.',
      severity: 'error',
      from: {},
      to: {
        path: '^lib/',
        pathNot: `^lib/(${Object.keys(layers).join('|')}|testing)/|^lib/(index|errors)\\.ts$`,
      },
    },
    {
      name: 'index-is-imported-by-nobody',
      comment:
        'lib/index.ts is the table of contents for users; inside lib, import the file itself.',
      severity: 'error',
      // What `require` gives is the table itself, in another format.
      from: { path: '^lib/', pathNot: '/require\\.cts$' },
      to: { path: entryPoints },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/testing/' },
      to: { path: '^lib/testing/' },
    },
    {
      name: 'lib-does-not-import-specs',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(spec|scripts|examples|bench)/' },
    },
    {
      name: 'one-file-imports-undici',
      comment: 'Everything else also runs where there is no undici.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/consul/transport/undiciClient\\.ts$' },
      to: { path: '(^|/)undici(/|$)' },
    },
    {
      name: 'adapters-use-no-builtin-but-events',
      comment: 'An adapter speaks the idiom of its users, and node:events is one of them.',
      severity: 'error',
      from: { path: '^lib/adapters/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?events$' },
    },
    {
      name: 'no-node-builtins-in-the-core',
      comment: 'Sockets and files belong to the transport and to the embedded server.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/(consul|testing|adapters)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-without-rxjs',
      severity: 'error',
      from: { path: '^lib/(leadership/(transition|lease)|ports/instant)\\.ts$' },
      to: { path: '(^|/)rxjs(/|$)' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan',
      severity: 'error',
      from: { orphan: true, path: '^lib/' },
      to: {},
    },
    {
      name: 'reachable-from-an-entry-point',
      comment: 'What no entry point leads to is dead, or an export was forgotten.',
      severity: 'error',
      from: { path: entryPoints },
      to: { path: '^lib/', pathNot: entryPoints, reachable: false },
    },
    {
      name: 'only-runtime-dependencies-in-lib',
      comment: 'Users do not get the devDependencies. rxjs is both a dev and a peer dependency.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'declared-dependencies-only',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Users of the built package.
    exclude: { path: '^spec/(package/consumers|(e2e|chaos|runtimes)/processes)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
  },
};
