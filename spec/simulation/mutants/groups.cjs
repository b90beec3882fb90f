// Broken groups. `by` is the rule that must catch it, `within` the number of seeds that must
// suffice, of which only the worlds of `where` are played.
const { defer, EMPTY, of, takeUntil, timer } = require('rxjs');
const { asOfNow, built, patching, safety } = require('./breaking.cjs');

const where = ({ group }) => group !== undefined;

module.exports = [
  {
    name: 'the lease of a group counts from the answer',
    by: safety,
    within: 200,
    where,
    ...patching('session/readSessionEvidence', ({ readSessionEvidence }) => ({
      readSessionEvidence: (consul, sessionId) =>
        readSessionEvidence(consul, sessionId).pipe(asOfNow(consul)),
    })),
  },
  {
    name: 'the end of a lease is not noticed in a group',
    by: [...safety, 'work inside the lease', 'one work at a time'],
    within: 400,
    where,
    ...patching('group/expireLeases', () => ({ expireLeases: () => (event$) => event$ })),
  },
  {
    name: 'a key that is left stays held',
    by: ['leads again', 'leaves nothing', ...safety],
    within: 200,
    where,
    ...patching('leadership/release', () => ({
      release: (_, claims) =>
        defer(() => {
          claims.forEach(built('leadership/lockClaim').holdsNothing);
          return of(claims);
        }),
    })),
  },
  {
    name: 'shares are counted with the dead',
    by: ['even shares', 'leads again'],
    within: 400,
    where,
    ...patching('group/registration', ({ contenders }) => {
      const everSeen = new WeakMap();
      return {
        contenders: (group, sessionId) => {
          const all = new Map([...(everSeen.get(group) ?? []), ...contenders(group, sessionId)]);
          everSeen.set(group, all);
          return new Map([...all].sort(([one], [other]) => (one < other ? -1 : 1)));
        },
      };
    }),
  },
  {
    name: 'an offer is never repeated',
    by: ['even shares'],
    within: 400,
    where,
    ...patching('group/balance', ({ rebalance }) => ({
      rebalance: (group, sessionId) =>
        rebalance(group, sessionId).pipe(takeUntil(timer(3_000, group.consul.time.scheduler))),
    })),
  },
  {
    name: 'a process keeps more than its share',
    by: ['even shares'],
    within: 200,
    where,
    ...patching('group/balance', () => ({ rebalance: () => EMPTY })),
  },
];
