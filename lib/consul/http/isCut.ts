import { isElectionError } from '../../errors.js';
import { isBrokenOff } from '../transport/connectionFailure.js';

/**
 * Whether a request that was on its way ended because something between here and Consul ended it: a gateway
 * that lost patience, or a connection that was reset or closed without an answer.
 */
export function isCut(error: unknown): boolean {
  if (!isElectionError(error)) return false;
  if (error.code === 'CONNECTION_FAILED') return isBrokenOff(error.details.reason);
  // Consul itself sends a 503 only at once.
  const isGateways = error.code === 'GATEWAY_FAILED' || error.code === 'RATE_LIMITED';
  return isGateways && cutStatuses.includes(error.details.status);
}

/** Request Timeout, Bad Gateway, Service Unavailable, Gateway Timeout. */
const cutStatuses = [408, 502, 503, 504];
