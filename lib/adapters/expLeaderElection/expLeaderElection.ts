import { getOrThrow } from '../../config/decoding/problems.js';
import { electionIn } from '../../leadership/leaderElection.js';
import { systemTime } from '../../ports/time.js';
import { electionOptionsOf, usedVariables } from './electionOptions.js';
import { leadershipEmitter, type LeadershipEmitter } from './leadershipEmitter.js';
import { withLegacyErrors } from './legacyErrors.js';
import type { ExpLeaderElectionOptions } from './options.js';
import { checkedOptions } from './optionsCodec.js';

/**
 * Takes part in an election for a key, with the call, the options and the events of the package
 * exp-leader-election, whose processes can contend for the same key during an upgrade.
 *
 * `gainedLeadership` begins the work and `lostLeadership` ends it. An `error` follows every loss but
 * the one by `close()`, and tells of failed requests too; without a listener for it the process
 * crashes. Either way this process contends again until it is closed.
 *
 * @param options - only `key` is needed; Consul's environment variables are not heeded, but for TLS
 * @throws `INVALID_OPTIONS` naming all problems at once
 *
 * @example
 * ```ts no-run It looks for Consul where the old package does, on port 8500.
 * import leaderElection from 'rxjs-leader-election/exp-leader-election';
 *
 * const election = leaderElection({ key: 'locks/my-service', consul: { host: 'consul.example' } })
 *   .on('gainedLeadership', () => service.startDoingWork())
 *   .on('error', () => service.stopDoingWork());
 *
 * process.once('SIGTERM', () => election.close());
 * ```
 */
export function expLeaderElection(options: ExpLeaderElectionOptions): LeadershipEmitter {
  const checked = getOrThrow(checkedOptions(options));
  const { debug = () => undefined } = checked;
  const { consul, ...shown } = electionOptionsOf(checked);
  const election = electionIn(usedVariables(process.env), { ...shown, consul });
  debug('Using options', { ...shown, consul: { address: consul.address } });
  return leadershipEmitter(withLegacyErrors(election, consul.address), debug, systemTime);
}
