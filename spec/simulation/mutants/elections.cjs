// Broken elections of one key. `by` is the rule that must catch it, `within` the number of seeds that must
// suffice, of which only the worlds of `where` are played.
const { catchError, concat, defer, ignoreElements, map, of, tap, throwError } = require('rxjs');
const { asOfNow, built, electing, patching, patchingAll, safety } = require('./breaking.cjs');

/** Transactions in which operations of the fence, by their place, ask for nothing. */
const unfenced = (...places) =>
  patching('consul/txn/transactionBody', ({ transactionBody }) => ({
    transactionBody: (...parts) => {
      const operations = JSON.parse(transactionBody(...parts));
      for (const place of places) operations[place] = { KV: { Verb: 'set', Key: 'unfenced' } };
      return JSON.stringify(operations);
    },
  }));

/** A way to Consul on which no transaction asks for the index of an entry. */
const unbound = (consul) => ({
  ...consul,
  transport: {
    ...consul.transport,
    request: ({ body = '', ...rest }) =>
      consul.transport.request({
        ...rest,
        body: body.replace(
          /\{"KV":\{"Verb":"check-index",[^}]*\}\}/g,
          '{"KV":{"Verb":"get-tree","Key":"none/"}}',
        ),
      }),
  },
});

const where = ({ group }) => group === undefined;

module.exports = [
  {
    name: 'the lease counts from the answer',
    by: safety,
    within: 200,
    where,
    ...patchingAll({
      'lock/readEvidence': ({ readEvidence }) => ({
        readEvidence: (consul, ...rest) => readEvidence(consul, ...rest).pipe(asOfNow(consul)),
      }),
      'lock/acquireLock': ({ acquireLock }) => ({
        acquireLock: (consul, request) => acquireLock(consul, request).pipe(asOfNow(consul)),
      }),
    }),
  },
  {
    name: 'a renewal counts as evidence',
    by: safety,
    within: 200,
    where,
    ...patching('lock/readEvidence', () => ({
      readEvidence: (consul, _, sessionId, acquiredAt) =>
        defer(() => {
          const sentAt = consul.time.now();
          return built('consul/session/renewSession')
            .renewSession(consul, sessionId)
            .pipe(
              map(() => ({ kind: 'held', modifyIndex: acquiredAt, sentAt })),
              catchError((error) =>
                error.code === 'SESSION_LOST' ? of({ kind: 'absent' }) : throwError(() => error),
              ),
            );
        }),
    })),
  },
  {
    name: 'the lease is not bounded by the lock-delay',
    by: safety,
    within: 200,
    where,
    ...electing((options, elect) => elect({ ...options, relyOnFencing: true, leaseMs: 10_000 })),
  },
  {
    name: 'the session is destroyed before the lock is released',
    by: ['leads again'],
    within: 200,
    where,
    ...patching('leadership/drainAndRelease', ({ drainAndRelease }) => ({
      drainAndRelease: (claim) =>
        concat(
          built('consul/session/destroySession').destroySession(
            claim.contender.consul,
            claim.sessionId,
          ),
          drainAndRelease(claim),
        ).pipe(ignoreElements()),
    })),
  },
  {
    name: 'a refusal for the lock-delay is waited out by a long poll',
    by: ['leads again'],
    within: 200,
    where,
    ...patching('lock/acquireLock', ({ acquireLock }) => ({
      acquireLock: (consul, request) =>
        acquireLock(consul, request).pipe(
          map((said) => (said.reason === 'lock-delay' ? { ...said, reason: 'held' } : said)),
        ),
    })),
  },
  {
    name: 'the lock-delay is left to Consul',
    by: safety,
    // The worlds before show nothing.
    from: 40,
    within: 400,
    where,
    ...patching('leadership/freeLock', () => ({ abandonedWaitMs: () => 0 })),
  },
  {
    name: 'the LockIndex is the token',
    by: ['tokens rise'],
    within: 200,
    where,
    ...electing((options, elect) => {
      const { transport } = options;
      const lockIndexed = (body) =>
        body.replace(/"LockIndex":(\d+)(.*)"ModifyIndex":\d+/s, '"LockIndex":$1$2"ModifyIndex":$1');
      const request = (asked) =>
        transport
          .request(asked)
          .pipe(
            map((response) =>
              asked.path === '/v1/txn'
                ? { ...response, body: lockIndexed(response.body) }
                : response,
            ),
          );
      return elect({ ...options, transport: { ...transport, request } });
    }),
  },
  {
    name: 'leadership ends only when a request returns',
    by: safety,
    within: 200,
    where,
    ...patching('leadership/leaseTimer', () => ({ leaseTimer: () => (event$) => event$ })),
    elect: (options) => {
      const election = built('leadership/leaderElection').leaderElection(options);
      let leads = false;
      const leadership$ = election.leadership$.pipe(
        tap(({ kind }) => {
          leads = kind === 'Leader';
        }),
      );
      return { ...election, leadership$, isLeader: () => leads };
    },
  },
  {
    name: 'only the monotonic clock counts',
    by: safety,
    within: 400,
    where,
    ...patching('ports/instant', () => ({
      elapsedMs: (from, to) => to.monotonicMs - from.monotonicMs,
    })),
  },
  {
    name: 'an acquisition that failed counts as refused, and its session stays',
    by: ['leads again', 'leaves nothing', ...safety],
    within: 400,
    where,
    ...patchingAll({
      'lock/acquireLock': () => ({
        acquireLock: (consul, request) =>
          built('consul/txn/acquire')
            .acquireKey(consul, request)
            .pipe(
              catchError((error) =>
                error.code === 'SESSION_LOST'
                  ? throwError(() => error)
                  : of({ kind: 'refused', reason: 'held', sentAt: consul.time.now() }),
              ),
            ),
      }),
      // Whoever was refused waits for the holder to change, even where the holder is itself.
      'leadership/holder': () => ({
        isHeldByAnother: (entry) => entry?.sessionId !== undefined,
      }),
    }),
  },
  {
    name: 'renewals go on after the session is lost',
    by: ['leaves cleanly'],
    within: 400,
    where,
    ...patching('session/keepAlive', ({ keepAlive }) => ({
      keepAlive: (...parts) => {
        const again = () => keepAlive(...parts).pipe(catchError(again));
        return again();
      },
    })),
  },
  {
    name: 'a release is tried again without being bound to its entry',
    by: safety,
    // Rare: the worlds before show nothing.
    from: 1_780,
    within: 2_000,
    where,
    ...patching('consul/txn/release', ({ releaseKeys }) => ({
      releaseKeys: (consul, request) => releaseKeys(unbound(consul), request),
    })),
  },
  {
    name: 'a fenced write goes without its fence',
    by: ['fenced writes in order'],
    within: 400,
    where,
    ...unfenced(0, 1),
  },
  {
    name: 'the fence is the session alone',
    by: ['fenced writes in order'],
    // The worlds before show nothing.
    from: 80,
    within: 4_000,
    where,
    ...unfenced(1),
  },
];
