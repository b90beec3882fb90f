import { electionError, type ElectionError } from '../../errors.js';
import type { TransportResponse } from '../../ports/transport.js';

/** What is needed to explain a failure. */
export interface FailureContext {
  /** `PUT /v1/session/create`, for example. */
  readonly what: string;
  /** The ACL rule without which Consul refuses the request. */
  readonly rule: string;
  /** The session without which the request makes no sense, if any. */
  readonly sessionId?: string;
  /** The TTL check of this process on which the request depends, if any. */
  readonly checkId?: string;
  /** For how long Consul could hold the answer back, in milliseconds, where it is a long poll. */
  readonly heldBackMs?: number;
}

/**
 * Texts of a 500 that only a change of the settings can mend. They are found anywhere in the body,
 * since prefixes such as `rpc error making call: ` nest. Every other 500 passes by itself.
 */
const misconfigurations = [
  'Invalid Session TTL',
  'Session TTL',
  'Invalid Behavior',
  'Missing check',
  'Missing node registration',
  'No path to datacenter',
  'Must provide',
  'Namespaces are a Consul Enterprise feature',
];

/** The error that an answer amounts to which is no success. */
export function classifyFailure(
  response: TransportResponse,
  context: FailureContext,
): ElectionError {
  const { status, body } = response;
  const text = excerpt(body);
  if (isGateways(response)) return gatewayFailure(status, text, context);
  if (context.sessionId !== undefined && body.includes('invalid session')) {
    return sessionLost(context.sessionId);
  }
  const checkProblem = checkFailure(body, context);
  if (checkProblem !== undefined) return checkProblem;
  if (status === 403 || body.includes('Permission denied') || body.includes('ACL not found')) {
    return denied(response, context);
  }
  if (status === 429 || status === 503) return rateLimited(status, context);
  if (status >= 300 && status < 400) return redirected(status, context);
  if (status >= 500 && !misconfigurations.some((known) => body.includes(known))) {
    return electionError('SERVER_ERROR', {
      message: `Consul could not answer ${context.what} (${status}): ${sentence(text)} Its servers probably have no leader. Wait for their election; check the servers if this lasts.`,
      details: { status, text },
      retryable: true,
    });
  }
  return electionError('REQUEST_REJECTED', {
    message: `Consul rejected ${context.what} (${status}): ${sentence(text)} A retry cannot help. Correct the option named here, or the address if it is not a Consul agent's.`,
    details: { status, text },
    retryable: false,
  });
}

/** Statuses by which a gateway speaks for a server that does not; Consul sends none of them. */
const gatewayStatuses = [408, 502, 504];

/** Consul explains a failure in plain text or JSON. */
const page = /^\s*<(!doctype|html|head|body|\?xml)/i;

/** How Envoy speaks for a server that it cannot reach. */
const upstreamWords = /upstream connect error|no healthy upstream|upstream request timeout/;

const isGateways = ({ status, headers, body }: TransportResponse): boolean =>
  gatewayStatuses.includes(status) ||
  page.test(body) ||
  upstreamWords.test(body) ||
  headers['content-type']?.startsWith('text/html') === true;

function gatewayFailure(
  status: number,
  text: string,
  { what, heldBackMs }: FailureContext,
): ElectionError {
  const advice =
    heldBackMs === undefined
      ? 'Make sure that it reaches a Consul agent, or set consul.address to an agent.'
      : `Set its read timeout above ${Math.ceil(heldBackMs / 1_000)} s, or lower watchWaitMs.`;
  return electionError('GATEWAY_FAILED', {
    message: `A gateway answered ${what} (${status}) instead of Consul: ${sentence(text)} ${advice}`,
    details: { status, text },
    retryable: true,
  });
}

/** The error of a session that Consul does not know any more. */
export const sessionLost = (sessionId: string): ElectionError =>
  electionError('SESSION_LOST', {
    message: `Consul no longer knows session ${sessionId}. It expired, was destroyed, or a check it depends on became critical. Create a new session; an election does so itself.`,
    details: { sessionId },
    retryable: false,
  });

/** How Consul says that it does not know a check: of an agent, of a newer agent, of the catalog. */
const unknownCheck = /does not have associated TTL|Unknown check|Missing check/;

const criticalCheck = /Check '([^']*)' is in critical state/;

function checkFailure(body: string, { checkId, what }: FailureContext): ElectionError | undefined {
  if (checkId !== undefined && body.includes(checkId) && unknownCheck.test(body)) {
    return electionError('CHECK_UNKNOWN', {
      message: `Consul does not know check ${checkId} (${what}). The agent restarted, or requests reach several agents. Set consul.address to the agent on this node, not a load balancer, and consul.datacenter to its datacenter.`,
      details: { checkId },
      // Only a new registration helps.
      retryable: false,
    });
  }
  const critical = criticalCheck.exec(body)?.[1];
  if (critical === undefined) return undefined;
  return electionError('CHECK_CRITICAL', {
    message: `Consul refused ${what}: the check ${critical} is critical, and the session depends on it. Look at the check in Consul's UI, or leave it out of nodeChecks or the detector.`,
    details: { checkId: critical },
    retryable: true,
  });
}

function denied(
  { status, body }: TransportResponse,
  { what, rule }: FailureContext,
): ElectionError {
  if (body.includes('ACL not found')) {
    return electionError('TOKEN_UNKNOWN', {
      message: `Consul does not know the ACL token sent with ${what}. It may have been deleted or mistyped. Set another in consul.token, consul.tokenFile or CONSUL_HTTP_TOKEN.`,
      details: { status },
      retryable: false,
    });
  }
  return electionError('PERMISSION_DENIED', {
    message: `Consul refused ${what}. The ACL token lacks the rule ${rule}. Add the rule to a policy of the token, or use another token.`,
    details: { rule },
    retryable: false,
  });
}

const rateLimited = (status: number, { what }: FailureContext): ElectionError =>
  electionError('RATE_LIMITED', {
    message: `Consul turned ${what} away (${status}). There were too many requests or connections from this address. Raise the agent's limits if this continues.`,
    details: { status },
    retryable: true,
  });

const redirected = (status: number, { what }: FailureContext): ElectionError =>
  electionError('REDIRECTED', {
    message: `${what} was redirected (${status}). Redirects are not followed, because a write could reach another key. Check the address, its path prefix and the key.`,
    details: { status },
    retryable: false,
  });

/** Consul ends some of its sentences, and some not. */
const sentence = (text: string): string => text.replace(/\.?$/, '.');

/** How much of an answer is quoted in an error, in characters. */
const maxQuotedLength = 200;

/** The beginning of an answer on one line, for an error's message. */
function excerpt(body: string): string {
  const line = body.replace(/\s+/g, ' ').trim();
  if (line === '') return '(empty answer)';
  return line.length > maxQuotedLength ? `${line.slice(0, maxQuotedLength)}…` : line;
}
