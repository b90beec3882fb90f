import type { Scenario } from './scenario.js';
import { blocking } from './scenarios/blocking.js';
import { cluster } from './scenarios/cluster.js';
import { checks } from './scenarios/checks.js';
import { expiry } from './scenarios/expiry.js';
import { keys } from './scenarios/keys.js';
import { lockDelays, locks } from './scenarios/locks.js';
import { sessions } from './scenarios/sessions.js';
import { transactions } from './scenarios/transactions.js';

/** Consul's semantics, by subject: the same for the simulation, the embedded server and the real one. */
export const subjects: Readonly<Record<string, readonly Scenario[]>> = {
  sessions,
  'the end of a session': expiry,
  checks,
  keys,
  locks,
  'lock-delays': lockDelays,
  transactions,
  'blocking queries': blocking,
  'the cluster, and what holds for every endpoint': cluster,
};
