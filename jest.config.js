/** Specs that start processes, or open a connection to a real Consul; all others belong to the inner loop. */
const integration = ['e2e', 'conformance', 'consul/e2e', 'simulation', 'chaos', 'docs'].map(
  (folder) => `<rootDir>/spec/${folder}/`,
);

/** Specs of the packed tarball. */
const packaged = '<rootDir>/spec/package/';

/** Specs of the packed tarball on other runtimes, for `npm run runtimes`. */
const runtimes = '<rootDir>/spec/runtimes/';

/** Specs of the packed tarball with other compilers and bundlers, for `npm run toolchains`. */
const toolchains = '<rootDir>/spec/toolchains/';

/** jest runs CommonJS: ESM in jest still needs an experimental flag of Node. `tsc` checks the types. */
const shared = {
  // Not in the temporary folder, which a run has for itself.
  cacheDirectory: '<rootDir>/.cache/jest',
  testEnvironment: 'node',
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: true,
      },
    ],
  },
};

/** Specs for which the tarball is packed and installed. */
const ofTarball = (displayName, folder) => ({
  ...shared,
  displayName,
  globalSetup: '<rootDir>/scripts/jestPackage.mjs',
  testMatch: [`${folder}**/*.spec.ts`],
});

export default {
  testSequencer: '<rootDir>/scripts/longestFirst.cjs',
  // One more than the cores of a small machine: a spec that waits for a TTL of Consul's needs no core.
  maxWorkers: 3,
  // A guard against what hangs, and no assertion: a busy machine must not fail by it.
  testTimeout: 180_000,
  collectCoverageFrom: ['lib/**/*.ts'],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      moduleNameMapper: {
        ...shared.moduleNameMapper,
        '^rxjs$': '<rootDir>/spec/support/modules/rxjs.cjs',
        '^rxjs/testing$': '<rootDir>/spec/support/modules/rxjsTesting.cjs',
        '^undici$': '<rootDir>/spec/support/modules/undici.cjs',
      },
      testMatch: ['<rootDir>/spec/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...integration, packaged, runtimes, toolchains],
    },
    {
      ...shared,
      displayName: 'integration',
      globalSetup: '<rootDir>/scripts/jestServers.mjs',
      testMatch: integration.map((folder) => `${folder}**/*.spec.ts`),
    },
    ofTarball('package', packaged),
    // A command of their own says by the environment that it runs them.
    ...(process.env.RUNTIMES === undefined ? [] : [ofTarball('runtimes', runtimes)]),
    ...(process.env.TOOLCHAINS === undefined ? [] : [ofTarball('toolchains', toolchains)]),
  ],
};
