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
export function inOldTerms(election: Participation, address: string): Participation {
  const retold = (error: unknown): unknown =>
    isElectionError(error) ? toldInOldTerms(error, address) : error;
  return {
    leadership$: election.leadership$.pipe(
      map((state) =>
        state.kind === 'Error' ? { ...state, error: toldInOldTerms(state.error, address) } : state,
      ),
    ),
    resign: () =>
      election.resign().pipe(catchError((error: unknown) => throwError(() => retold(error)))),
  };
}

function toldInOldTerms(error: ElectionError, address: string): ElectionError {
  const sentence = sentences[error.code] as Sentence<ErrorCode> | undefined;
  if (sentence === undefined) return error;
  const { cause } = error;
  return electionError<ErrorCode>(error.code, {
    message: sentence(error.details, address),
    details: error.details,
    retryable: error.retryable,
    cause: isElectionError(cause) ? toldInOldTerms(cause, address) : cause,
  });
}

type Sentence<C extends ErrorCode> = (details: ErrorDetails[C], address: string) => string;

/** Of the codes whose usual advice names options that there are not here. */
const sentences: { readonly [C in ErrorCode]?: Sentence<C> } = {
  CONNECTION_FAILED: ({ reason }, address) =>
    `No answer from Consul at ${address}: ${reason}. Check that the HTTP API of the agent is there: the options consul.host, consul.port and consul.secure.`,
  TLS_FAILED: ({ reason }, address) =>
    `The TLS handshake with Consul at ${address} failed: ${reason}. Check the variables CONSUL_CACERT or CONSUL_CAPATH for the server's certificate, CONSUL_TLS_SERVER_NAME for its name, CONSUL_CLIENT_CERT and CONSUL_CLIENT_KEY if the agent asks for a client certificate; or leave consul.secure out if the port is a plain one.`,
  REQUEST_TIMED_OUT: ({ timeoutMs }, address) =>
    `Consul at ${address} did not answer within ${timeoutMs} ms. Look at the agent and the network.`,
  TOKEN_UNKNOWN: () =>
    'Consul does not know the ACL token that was sent: set another by the option consul.token.',
  KEY_IN_USE: ({ key, flags }) =>
    `The key "${key}" has the flags ${flags}, which exp-leader-election does not set: something else uses it, and it was left as it is. Choose another key, or delete it if nobody needs it.`,
  LEASE_LAPSED: ({ leaseMs }) =>
    `Leadership was given up: for ${leaseMs} ms Consul did not confirm that the lock is held. It is regained with the next confirmation. If this happens often, raise consul.lockDelay or look at what keeps Consul from answering.`,
};
