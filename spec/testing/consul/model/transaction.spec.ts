import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { emptyConsul, type ConsulState } from '../../../../lib/testing/consul/model/state.js';
import { applyTransaction } from '../../../../lib/testing/consul/model/transaction.js';
import type { TransactionOperation } from '../../../../lib/testing/consul/model/verbs.js';

const operation: fc.Arbitrary<TransactionOperation> = fc.record({
  verb: fc.constantFrom(
    ...['set', 'cas', 'delete', 'delete-cas', 'delete-tree', 'get', 'get-tree', 'check-index'],
    ...['check-not-exists', 'check-session', 'lock', 'unlock', 'nope'],
  ),
  key: fc.constantFrom('a', 'b', 'b/c', ''),
  valueBase64: fc.constantFrom('', 'eA=='),
  flags: fc.constantFrom(0n, 7n),
  index: fc.bigInt(0n, 20n),
  sessionId: fc.constantFrom('', 'nope'),
});

const contents = ({ entries, tombstones, keysIndex, lockDelays }: ConsulState) => ({
  ...{ entries, tombstones, keysIndex, lockDelays },
});

function after(history: readonly (readonly TransactionOperation[])[]): ConsulState {
  return history.reduce<ConsulState>(
    (state, operations) => applyTransaction(state, operations, 0)[0],
    emptyConsul(),
  );
}

describe('applyTransaction', () => {
  it('applies all operations or none, at no more than one index', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(operation, { maxLength: 4 }), { maxLength: 6 }),
        fc.array(operation, { maxLength: 4 }),
        (history, operations) => {
          const before = after(history);
          const [next, outcome] = applyTransaction(before, operations, 0);
          const expected = E.isLeft(outcome) ? contents(before) : contents(next);
          expect(contents(next)).toEqual(expected);
          expect(next.index - before.index).toBeLessThanOrEqual(1);
          expect(next.keysIndex).toBeGreaterThanOrEqual(before.keysIndex);
        },
      ),
    );
  });

  it('lists the operations that fail in their order', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 6 }), (operations) => {
        const [, outcome] = applyTransaction(emptyConsul(), operations, 0);
        const places = E.isLeft(outcome) ? outcome.left.map(({ opIndex }) => opIndex) : [];
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
      }),
    );
  });
});
