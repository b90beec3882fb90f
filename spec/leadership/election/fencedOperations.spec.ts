import { expectTypeOf } from 'expect-type';
import { map, type Observable } from 'rxjs';
import type {
  Fenced,
  KeyEntry,
  KeyOperation,
  LeaderElection,
  Refused,
  WrittenEntry,
} from '../../../lib/index.js';
import { key, play } from './harness.js';

const write: KeyOperation = { verb: 'set', key: 'reports/last', value: '42' };

describe('operations that cannot be sent', () => {
  const problemsOf = (operations: unknown): unknown => {
    let problems: unknown;
    play(({ actor }) => {
      try {
        void actor('a').fencedTransaction(operations as readonly KeyOperation[]);
      } catch (error) {
        problems = (error as { details: { problems: unknown } }).details.problems;
      }
    });
    return problems;
  };
  const sets = (count: number, value = '') =>
    Array.from({ length: count }, (_, at) => ({ verb: 'set', key: `k/${at}`, value }));

  it.each<[string, unknown, string, string, RegExp]>([
    ['no list', 'set', 'operations', '(a string)', /^Give the operations as a list\.$/],
    ['no operation', [null], 'operations.0', '(null)', /Give an operation/],
    [
      'an unknown verb',
      [{ verb: 'put', key: 'k' }],
      'operations.0.verb',
      '"put"',
      /one of the verbs get, set/,
    ],
    ['no key', [write, { verb: 'get', key: '' }], 'operations.1.key', '""', /Give the key/],
    [
      'a value of another type',
      [{ ...write, value: 7 }],
      'operations.0.value',
      '(a number)',
      /JSON.stringify/,
    ],
    [
      'a field of another verb',
      [{ ...write, modifyIndex: 7 }],
      'operations.0.modifyIndex',
      '(a number)',
      /Unknown option/,
    ],
    ['flags that are no bigint', [{ ...write, flags: 7 }], 'operations.0.flags', '7', /bigint/],
    [
      'an index of nothing',
      [{ verb: 'check-index', key: 'k', modifyIndex: 0 }],
      'operations.0.modifyIndex',
      '0',
      /from 1 up/,
    ],
    [
      'a write to the lock',
      [{ verb: 'set', key, value: '' }],
      'operations.0.key',
      `"${key}"`,
      /another key/,
    ],
    [
      'a deletion of the lock',
      [{ verb: 'delete-tree', prefix: 'locks/' }],
      'operations.0.prefix',
      '"locks/"',
      /does not match the key/,
    ],
    ['one too many', sets(63), 'operations', '63', /at most 62/],
    ['too much', sets(1, 'x'.repeat(393_216)), 'operations', '524', /Write less/],
  ])('%s', (_, operations, field, value, expected) => {
    expect(problemsOf(operations)).toEqual([
      {
        field,
        value: expect.stringContaining(value) as string,
        expected: expect.stringMatching(expected) as string,
      },
    ]);
  });

  it('are reported all at once', () => {
    expect(problemsOf([{ verb: 'nope' }, { verb: 'get' }])).toHaveLength(2);
  });

  it('are fine up to the bound', () => {
    expect(problemsOf(sets(62))).toBeUndefined();
    expect(problemsOf(sets(1, 'x'.repeat(392_000)))).toBeUndefined();
    expect(problemsOf([{ verb: 'get', key }])).toBeUndefined();
  });
});

describe('the results of operations', () => {
  it('have a type each', () => {
    const results = ({ fencedTransaction }: LeaderElection) =>
      fencedTransaction([
        { verb: 'get', key: 'a' },
        { verb: 'set', key: 'b', value: '' },
        { verb: 'delete', key: 'c' },
      ]).pipe(map((answer) => (answer.kind === 'committed' ? answer.results : answer)));
    expectTypeOf(results).returns.toEqualTypeOf<
      Observable<readonly [KeyEntry, WrittenEntry, undefined] | Refused | Fenced>
    >();
  });

  it('of a list that is put together are any of them', () => {
    const results = ({ fencedTransaction }: LeaderElection, operations: KeyOperation[]) =>
      fencedTransaction(operations).pipe(
        map((answer) => (answer.kind === 'committed' ? answer.results : answer)),
      );
    expectTypeOf(results).returns.toEqualTypeOf<
      Observable<readonly (KeyEntry | WrittenEntry | undefined)[] | Refused | Fenced>
    >();
  });
});
