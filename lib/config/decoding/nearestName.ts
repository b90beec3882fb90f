/**
 * The known name that was probably meant, or `undefined` when none is near. A dotted name such as
 * `consul.token` is compared by its last part.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  // Longer names are not worth comparing: the work grows with the product of both lengths.
  if (wanted.length > 40) return undefined;
  const ranked = known
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, lastPart(candidate)) }))
    .filter(({ candidate, distance }) => distance <= tolerance(lastPart(candidate)))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

function distanceOf(wanted: string, candidate: string): number {
  const isPrefix = wanted.length >= 3 && candidate.startsWith(wanted);
  // A prefix such as `sessionTtl` counts as one slip, so that an exact match still wins.
  return isPrefix ? Math.min(1, editDistance(wanted, candidate)) : editDistance(wanted, candidate);
}

function lastPart(candidate: string): string {
  return candidate.slice(candidate.lastIndexOf('.') + 1).toLowerCase();
}

// Short names tolerate a single slip: with two, `ca` would be near `key`.
function tolerance(candidate: string): number {
  return candidate.length <= 4 ? 1 : Math.max(2, Math.floor(candidate.length / 4));
}

/** Levenshtein's distance: insertions, deletions and substitutions, each of weight one. */
function editDistance(a: string, b: string): number {
  const first = Array.from({ length: Array.from(b).length + 1 }, (_, column) => column);
  const last = Array.from(a).reduce((above, letter, row) => {
    const current = [row + 1];
    for (const [column, other] of Array.from(b).entries()) {
      const substituted = (above[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(substituted, (above[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    return current;
  }, first);
  return last.at(-1) ?? 0;
}

/** Names that mean one option here. */
const meaning = (here: string, ...names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, `Use ${here}.`]));

const milliseconds = (option: string): string => `\`${option}\`, a number of milliseconds`;

/** What other clients call an option of an election, and what it is here. */
export const otherNames: Readonly<Record<string, string>> = {
  ...meaning(milliseconds('sessionTtlMs'), 'ttl', 'sessionTTL'),
  ...meaning(milliseconds('lockDelayMs'), 'lockDelay'),
  ...meaning(milliseconds('watchWaitMs'), 'wait', 'waitTime', 'readWait', 'lockWaitTime'),
  ...meaning(milliseconds('requestTimeoutMs'), 'timeout'),
  ...meaning(milliseconds('leaseMs'), 'leaseDuration'),
  ...meaning("`consul`: { address: 'http://host:8500' }", 'host', 'port', 'url', 'secure'),
  ...meaning('`consul.datacenter`', 'dc'),
  ...meaning('`consul.namespace`', 'ns'),
  ...meaning('`key`, or `sessionName` to name the session', 'name'),
  ...meaning('`metadata`, an object that JSON can represent', 'value', 'data'),
};

/** The same for the options of the way to Consul. */
export const otherConsulNames: Readonly<Record<string, string>> = {
  ...meaning("`address`: 'http://host:8500'", 'host', 'port', 'url', 'scheme', 'secure'),
  ...meaning('`datacenter`', 'dc'),
  ...meaning('`namespace`', 'ns'),
};
