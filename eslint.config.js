import js from '@eslint/js';
import jest from 'eslint-plugin-jest';
import rxjsX from 'eslint-plugin-rxjs-x';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const nodeGlobals = Object.fromEntries(
  [
    ...['AbortController', 'Buffer', 'URL', 'URLSearchParams', 'console', 'fetch', 'performance'],
    ...['process', 'setInterval', 'setTimeout', 'clearInterval', 'clearTimeout', 'structuredClone'],
    'setImmediate',
  ].map((name) => [name, 'readonly']),
);

/** Clocks, timers and chance come in through lib/ports, or virtual time would not drive them. */
const portsOnly = 'Only lib/ports may do this; take Time or Chance as a parameter.';

const bannedGlobals = [
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval'],
  ...['clearImmediate', 'queueMicrotask', 'requestAnimationFrame'],
].map((name) => ({ name, message: portsOnly }));

const bannedProperties = [
  ...[
    ['Date', 'now'],
    ['performance', 'now'],
    ['performance', 'timeOrigin'],
    ['Math', 'random'],
    ['process', 'hrtime'],
    ['process', 'nextTick'],
    ['crypto', 'randomUUID'],
    ['crypto', 'getRandomValues'],
  ].map(([object, property]) => ({ object, property, message: portsOnly })),
];

/** An rxjs operator that keeps time without being told on which scheduler sets a real timer. */
const schedulerless =
  'CallExpression[callee.name=/^(timer|interval|delay|debounceTime|throttleTime|auditTime|sampleTime|bufferTime|windowTime|timestamp|timeInterval)$/]' +
  ':not(:has(> Identifier[name=/scheduler$/i]))' +
  ':not(:has(> MemberExpression[property.name=/scheduler$/i]))';

const bannedSyntax = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: portsOnly },
  { selector: "CallExpression[callee.name='Date']", message: portsOnly },
  { selector: schedulerless, message: 'Pass the scheduler of the Time port.' },
  {
    selector: "CallExpression[callee.name='timeout']:not(:has(Property[key.name='scheduler']))",
    message: 'Pass the scheduler of the Time port.',
  },
  {
    selector:
      "CallExpression[callee.name=/^(retry|repeat)$/] > ObjectExpression > Property[key.name='delay'] > Literal.value",
    message: 'A number sets a real timer; pass a function that returns a timer on the Time port.',
  },
];

const bannedImports = {
  paths: [
    {
      name: 'rxjs',
      importNames: ['retryWhen', 'repeatWhen', 'publish', 'publishReplay', 'multicast', 'refCount'],
      message: 'Deprecated in rxjs 7: use retry, repeat, share or connectable.',
    },
    {
      name: 'rxjs',
      importNames: ['asyncScheduler', 'asapScheduler', 'animationFrameScheduler'],
      message: portsOnly,
    },
    { name: 'undici', message: 'Only lib/consul/transport/undiciClient.ts may import undici.' },
  ],
  patterns: [
    { group: ['timers', 'node:timers', 'node:timers/*'], message: portsOnly },
    {
      regex: '^(fp-ts|io-ts)(/es6/|/(?!lib/))',
      message: 'In ESM only `fp-ts/lib/Name.js` resolves; import io-ts as `import * as t`.',
    },
    { regex: '^io-ts/lib/', message: "Import io-ts as `import * as t from 'io-ts'`." },
    { group: ['rxjs/internal/*', 'rxjs/dist/*'], message: 'Not public.' },
  ],
};

/** Variables and properties that hold an Observable end in `$`; functions that return one do not. */
const finnish = [
  'error',
  {
    functions: false,
    methods: false,
    parameters: false,
    properties: true,
    objects: true,
    variables: true,
    strict: true,
    names: {},
    // The rule counts a function by what it returns; these are the names of function types in tsc.
    types: {
      '^(__type|__function|UnaryFunction|OperatorFunction|MonoTypeOperatorFunction)$': false,
    },
  },
];

export default defineConfig(
  { ignores: ['dist/', 'docs/api/', 'coverage/', '.cache/', 'node_modules/'] },
  // Compiled by a spec, inside a project that has the package installed.
  { ignores: ['spec/package/consumers/*.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [js.configs.recommended],
    languageOptions: { ecmaVersion: 2023, globals: nodeGlobals },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'prefer-template': 'error',
    },
  },

  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { ...nodeGlobals, module: 'writable', require: 'readonly' },
    },
  },
  {
    files: ['spec/**/*.cjs'],
    languageOptions: { globals: { expect: 'readonly', test: 'readonly' } },
  },

  {
    files: ['**/*.ts'],
    extends: [
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      rxjsX.configs.strict,
    ],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: 'error',
      'no-restricted-globals': ['error', ...bannedGlobals],
      'no-restricted-properties': ['error', ...bannedProperties],
      'no-restricted-syntax': ['error', ...bannedSyntax],
      'no-restricted-imports': ['error', bannedImports],
      'rxjs-x/finnish': finnish,
      'rxjs-x/throw-error': ['error', { allowThrowingAny: false, allowThrowingUnknown: true }],
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allow: [{ from: 'file', name: 'FencingToken' }] },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
    },
  },

  {
    files: ['lib/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['lib/ports/**/*.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
      'no-restricted-imports': [
        'error',
        {
          ...bannedImports,
          paths: bannedImports.paths.filter(({ message }) => message !== portsOnly),
        },
      ],
    },
  },
  {
    files: ['lib/consul/transport/undiciClient.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { ...bannedImports, paths: bannedImports.paths.filter(({ name }) => name !== 'undici') },
      ],
    },
  },

  {
    files: ['spec/**/*.spec.ts'],
    extends: [jest.configs['flat/recommended'], jest.configs['flat/style']],
    rules: {
      'jest/expect-expect': [
        'error',
        { assertFunctionNames: ['expect', 'expect*', '**.expect*', 'assert*', 'fc.assert'] },
      ],
      'jest/consistent-test-it': ['error', { fn: 'it' }],
      'jest/no-commented-out-tests': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/prefer-lowercase-title': ['error', { ignoreTopLevelDescribe: true }],
      'jest/no-test-return-statement': 'off',
      'jest/unbound-method': 'error',
      '@typescript-eslint/unbound-method': 'off',
      // What does not throw an Error has to be survived too.
      '@typescript-eslint/only-throw-error': 'off',
      'rxjs-x/throw-error': 'off',
    },
  },
  {
    files: ['spec/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      // TestScheduler.run puts every scheduler on virtual time.
      'no-restricted-syntax': [
        'error',
        ...bannedSyntax.filter(({ message }) => message === portsOnly),
      ],
      // A marble or a probe often ignores the error on purpose: what arrives is asserted elsewhere.
      'rxjs-x/no-ignored-error': 'off',
    },
  },
  {
    // Real processes live on real time.
    files: ['spec/{e2e,conformance,package,support,toolchains}/**/*.ts', 'spec/consul/e2e/**/*.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
      'no-restricted-imports': 'off',
    },
  },
);
