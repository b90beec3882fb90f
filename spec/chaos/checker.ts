import type { ChaosHistory, Life, Line } from './history.js';

/** A time in which `isLeader()` of one process would have said yes, had it been asked. */
export interface Term {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly token: bigint;
}

/** Everything that must not be, a sentence each. Shares no code with what it judges. */
export function violationsIn(history: ChaosHistory): readonly string[] {
  return [
    ...overlaps(history),
    ...staleLeaders(history),
    ...lostWrites(history),
    ...reorderedWrites(history),
    ...fencedWrites(history),
    ...leaderless(history),
    ...history.lives.flatMap(({ name, crash }) => (crash ? [`${name} crashed: ${crash}`] : [])),
  ];
}

/** All terms, by their beginning. */
export function termsIn({ lives }: Pick<ChaosHistory, 'lives'>): readonly Term[] {
  return lives.flatMap(termsOf).sort((one, other) => one.fromMs - other.fromMs);
}

/**
 * A term lasts as long as the process may believe: to the end of the lease that it claimed last, or to
 * the state that ended it, or to its own end. A process that stands still believes on.
 */
function termsOf({ name, lines, endedAtMs = Infinity }: Life): readonly Term[] {
  const terms: Term[] = [];
  let current: Term | undefined;
  const end = (toMs: number): void => {
    if (current) terms.push({ ...current, toMs: Math.min(current.toMs, toMs, endedAtMs) });
    current = undefined;
  };
  for (const line of lines) {
    const { kind, atMs, token, remainingMs = 0 } = line;
    if (kind === 'Leader' || (kind === 'Claim' && remainingMs > 0)) {
      if (current && current.token !== BigInt(token!)) end(atMs);
      current = {
        ...(current ?? { name, fromMs: atMs, token: BigInt(token!) }),
        toMs: Math.max(current?.toMs ?? 0, atMs + remainingMs),
      };
    } else if (kind === 'Follower' || kind === 'Error') end(atMs);
  }
  end(Infinity);
  return terms;
}

const shown = ({ name, fromMs, toMs, token }: Term): string =>
  `${name} ${fromMs.toFixed(1)}–${toMs.toFixed(1)} with token ${token.toString()}`;

function overlaps(history: ChaosHistory): readonly string[] {
  const terms = termsIn(history);
  return terms.flatMap((earlier, at) =>
    terms
      .slice(at + 1)
      .filter((later) => later.name !== earlier.name && later.fromMs < earlier.toMs)
      .map((later) => `Two led at once: ${shown(earlier)}, and ${shown(later)}.`),
  );
}

/** A lease that expired may be regained under the same token, but only by the same process. */
function staleLeaders(history: ChaosHistory): readonly string[] {
  const terms = termsIn(history);
  return terms.slice(1).flatMap((later, at) => {
    const earlier = terms[at]!;
    const rises =
      later.name === earlier.name ? later.token >= earlier.token : later.token > earlier.token;
    return rises ? [] : [`A token did not rise: ${shown(earlier)}, then ${shown(later)}.`];
  });
}

const writeOf = ({ token, name, sequence }: Line): string => `${token}/${name}/${sequence}`;

const linesOf = ({ lives }: ChaosHistory, kind: string): readonly Line[] =>
  lives.flatMap(({ lines }) => lines.filter((line) => line.kind === kind));

function lostWrites(history: ChaosHistory): readonly string[] {
  const accepted = new Set(history.register.filter(({ kind }) => kind === 'Accepted').map(writeOf));
  return linesOf(history, 'Written')
    .filter((write) => !accepted.has(writeOf(write)))
    .map((write) => `A write was confirmed and is lost: ${writeOf(write)}.`);
}

function reorderedWrites({ register }: ChaosHistory): readonly string[] {
  const accepted = register.filter(({ kind }) => kind === 'Accepted');
  return accepted.slice(1).flatMap((later, at) => {
    const earlier = accepted[at]!;
    const [one, other] = [BigInt(earlier.token!), BigInt(later.token!)];
    const inOrder = one < other || (one === other && earlier.sequence! < later.sequence!);
    return inOrder ? [] : [`Writes changed places: ${writeOf(earlier)}, then ${writeOf(later)}.`];
  });
}

/** Keys are `fenced/<token>/<sequence>`; Consul's own index tells in which order they were written. */
function fencedWrites(history: ChaosHistory): readonly string[] {
  const keys = new Set(history.entries.map(({ key }) => key));
  const lost = linesOf(history, 'Committed')
    .filter(({ key }) => !keys.has(key!))
    .map(({ key }) => `A fenced write was confirmed and is lost: ${key!}.`);
  const written = [...history.entries].sort((one, other) => one.modifyIndex - other.modifyIndex);
  const tokenOf = (key: string): bigint => BigInt(key.split('/')[1]!);
  const stale = written.slice(1).flatMap(({ key }, at) => {
    const earlier = written[at]!.key;
    return tokenOf(earlier) <= tokenOf(key)
      ? []
      : [`A fenced write of an earlier leader came after a later one's: ${earlier}, then ${key}.`];
  });
  return [...lost, ...stale];
}

function leaderless({ episodes }: ChaosHistory): readonly string[] {
  return episodes
    .filter(({ ledMs }) => ledMs === undefined)
    .map(({ fault, fromMs }) => `Nobody led again after ${fault} at ${fromMs.toFixed(1)}.`);
}
