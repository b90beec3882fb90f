// Broken treatment of work. `by` is the rule that must catch it, `within` the number of seeds that must
// suffice, of which only the worlds of `where` are played.
const { defer, EMPTY } = require('rxjs');
const { patching } = require('./breaking.cjs');

const turns = ['one work at a time', 'work inside the lease'];

/** The holds of a lock, changed. */
const holding = (change) =>
  patching('leadership/lockHolds', ({ lockHolds }) => ({
    lockHolds: () => {
      const holds = lockHolds();
      return { ...holds, ...change(holds) };
    },
  }));

const where = ({ work }) => work !== undefined;

module.exports = [
  {
    name: 'a release does not wait for work',
    by: turns,
    within: 200,
    where,
    // Nor is what still runs cut.
    ...holding(() => ({ ended: () => EMPTY, cut: () => undefined })),
  },
  {
    name: 'a drain is ignored',
    by: ['work may end'],
    within: 200,
    where,
    ...holding(({ cut }) => ({
      ended: (sessionId) =>
        defer(() => {
          cut(sessionId);
          return EMPTY;
        }),
    })),
  },
  {
    name: 'the lock is released before the work has ended',
    by: turns,
    within: 200,
    where,
    // What must wait for it is its release, in the same order otherwise.
    ...patching('leadership/drained', () => ({ drained: () => EMPTY })),
  },
  {
    name: 'work outlives the lease',
    by: turns,
    within: 200,
    where,
    ...patching('leadership/termOf', ({ termOf }) => ({
      termOf: (contender, parts, state) => ({
        ...termOf(contender, parts, state),
        hasTime: () => true,
        hold$: contender.holds.hold(state.sessionId),
      }),
    })),
  },
  {
    name: 'work is not told to stop',
    by: ['work may end', ...turns],
    within: 200,
    where,
    ...patching('operators/work/stopControl', ({ stopControl }) => ({
      stopControl: () => ({ ...stopControl(() => true), tell: () => undefined }),
    })),
  },
];
