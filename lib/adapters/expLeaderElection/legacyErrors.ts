import { catchError, map, throwError, type Observable } from 'rxjs';
import {
  electionError,
  isElectionError,
  type ElectionError,
  type ErrorCode,
  type ErrorDetails,
} from '../../errors.js';
import type { LeaderElection } from '../../leadership/leaderElection.js';

/** The part of an election that the emitter needs. */
export interface Participation extends Pick<LeaderElection, 'leadership$'> {
  readonly resign: () => Observable<void>;
}

/**
 * The same election, with errors that advise in the terms of the old package, whose users have no option
 * `consul.address`, `requestTimeoutMs` or `lockFlags` to set.
 *
 * @param address - where Consul is looked for
 */
export function withLegacyErrors(election: Participation, address: string): Participation {
  const retold = (error: unknown): unknown =>
    isElectionError(error) ? toLegacyError(error, address) : error;
  return {
    leadership$: election.leadership$.pipe(
      map((state) =>
        state.kind === 'Error' ? { ...state, error: toLegacyError(state.error, address) } : state,
      ),
    ),
    resign: () =>
      election.resign().pipe(catchError((error: unknown) => throwError(() => retold(error)))),
  };
}

function toLegacyError(error: ElectionError, address: string): ElectionError {
  const sentence = sentences[error.code] as Sentence<ErrorCode> | undefined;
  if (sentence === undefined) return error;
  const { cause } = error;
  return electionError<ErrorCode>(error.code, {
    message: sentence(error.details, address),
    details: error.details,
    retryable: error.retryable,
    cause: isElectionError(cause) ? toLegacyError(cause, address) : cause,
  });
}

type Sentence<C extends ErrorCode> = (details: ErrorDetails[C], address: string) => string;

/** Of the codes whose usual advice names options that there are not here. */
const sentences: { readonly [C in ErrorCode]?: Sentence<C> } = {
  CONNECTION_FAILED: ({ reason }, address) =>
    `Consul at ${address} cannot be reached: ${reason}. The agent may be down or the address wrong. Check consul.host, consul.port and consul.secure.`,
  TLS_FAILED: ({ reason }, address) =>
    `The TLS handshake with Consul at ${address} failed: ${reason}. Check CONSUL_CACERT or CONSUL_CAPATH, CONSUL_TLS_SERVER_NAME, and CONSUL_CLIENT_CERT and CONSUL_CLIENT_KEY if the agent requires a client certificate; or remove consul.secure if this is the plain HTTP port.`,
  REQUEST_TIMED_OUT: ({ timeoutMs }, address) =>
    `Consul at ${address} did not answer within ${timeoutMs} ms. The agent or the network is down or slow. Check both.`,
  TOKEN_UNKNOWN: () =>
    'Consul does not know the ACL token. It may have been deleted or mistyped. Set another in consul.token.',
  KEY_IN_USE: ({ key, flags }) =>
    `The key "${key}" has the flags ${flags}, which exp-leader-election does not set. Something else uses it, so it was left unchanged. Choose another key, or delete the key if it is unused.`,
  LEASE_EXPIRED: ({ leaseMs }) =>
    `This process stopped leading: Consul did not confirm the lock for ${leaseMs} ms. It leads again once Consul does, unless another process does. If this happens often, check Consul or raise consul.lockDelay.`,
};
