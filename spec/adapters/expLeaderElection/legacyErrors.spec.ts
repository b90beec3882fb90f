import { EMPTY, of, throwError } from 'rxjs';
import { withLegacyErrors } from '../../../lib/adapters/expLeaderElection/legacyErrors.js';
import { electionError } from '../../../lib/errors.js';
import type { ElectionError, Leadership } from '../../../lib/index.js';

const address = 'http://consul.example:8500';

const unreachable = electionError('CONNECTION_FAILED', {
  message: 'Set consul.address or CONSUL_HTTP_ADDR.',
  details: { reason: 'ECONNREFUSED' },
  retryable: true,
});

const expired = electionError('LEASE_EXPIRED', {
  message: 'Raise lockDelayMs.',
  details: { leaseMs: 9_900 },
  retryable: true,
  cause: unreachable,
});

function told(error: ElectionError): ElectionError {
  const state: Leadership = {
    ...{ kind: 'Error', key: 'k', attempt: 1, nextAttemptAtMs: undefined },
    error,
  };
  const states: Leadership[] = [];
  withLegacyErrors({ leadership$: of(state), resign: () => EMPTY }, address).leadership$.subscribe(
    (retold) => states.push(retold),
  );
  const [retold] = states;
  if (retold?.kind !== 'Error') throw new Error('There is no error.');
  expect(retold).toEqual({ ...state, error: retold.error });
  return retold.error;
}

/** Every option that there is only elsewhere. */
const newTerms =
  /consul\.address|CONSUL_HTTP_|lockDelayMs|requestTimeoutMs|lockFlags|caFile|tokenFile/;

describe('errors in the terms of exp-leader-election', () => {
  it.each<[ElectionError, RegExp]>([
    [
      unreachable,
      /consul\.example:8500 .*: ECONNREFUSED.*consul\.host, consul\.port and consul\.secure/,
    ],
    [
      electionError('TLS_FAILED', {
        message: 'Check caFile.',
        details: { reason: 'SELF_SIGNED' },
        retryable: false,
      }),
      /SELF_SIGNED.*CONSUL_CACERT/,
    ],
    [
      electionError('REQUEST_TIMED_OUT', {
        message: 'Raise requestTimeoutMs.',
        details: { timeoutMs: 250 },
        retryable: true,
      }),
      /250 ms/,
    ],
    [
      electionError('TOKEN_UNKNOWN', {
        message: 'Set CONSUL_HTTP_TOKEN.',
        details: { status: 403 },
        retryable: false,
      }),
      /consul\.token\./,
    ],
    [
      electionError('KEY_IN_USE', {
        message: 'Set lockFlags.',
        details: { key: 'k', flags: 5n, lockFlags: 0n },
        retryable: false,
      }),
      /"k" has the flags 5,/,
    ],
    [expired, /9900 ms.*consul\.lockDelay\./],
  ])('keep all but the message: %s', (error, words) => {
    const retold = told(error);
    const { code, details, retryable } = error;
    expect(retold).toMatchObject({ code, details, retryable });
    expect(retold.message).toMatch(words);
    expect(retold.message).not.toMatch(newTerms);
  });

  it('reach the cause of an expiry', () => {
    expect((told(expired).cause as Error).message).toContain('consul.host');
  });

  it('leave alone what names no option', () => {
    const error = electionError('SERVER_ERROR', {
      message: 'Consul has no leader.',
      details: { status: 500, text: '' },
      retryable: true,
    });
    expect(told(error)).toBe(error);
  });

  it('are what close() rejects with', () => {
    const errors: unknown[] = [];
    const refusing = { leadership$: EMPTY, resign: () => throwError(() => unreachable) };
    withLegacyErrors(refusing, address)
      .resign()
      .subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toEqual([
      expect.objectContaining({ message: expect.stringContaining('consul.host') as unknown }),
    ]);
  });
});
