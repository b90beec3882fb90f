/** A key, as all processes that balance see it. */
export interface SharedKey {
  readonly key: string;
  /** The process that holds its lock; `undefined` while nobody does. */
  readonly holder: string | undefined;
  /** When it was taken, as a raft index: of what is too much, the latest goes first. */
  readonly takenAt: number;
  /** The processes that contend for it, in the order of `members`. */
  readonly contenders: readonly string[];
}

/**
 * Which process is to hold which key: the same for all who see the same. Pure.
 *
 * Keys stay where they are as far as shares allow, free ones go to whoever has least. Then keys move, one at a
 * time, from a process with too many to one with at least two fewer, over others where no key is wanted by both,
 * until that is impossible anywhere: then no assignment has smaller differences. That is the optimal semi-matching
 * of N. Harvey et al., "Semi-Matchings for Bipartite Graphs and Load Balancing", 2006.
 */
export function assignment(
  members: readonly string[],
  keys: readonly SharedKey[],
): ReadonlyMap<string, string> {
  const held = new Map<string, SharedKey[]>(members.map((member) => [member, []]));
  const loadOf = (member: string): number => held.get(member)?.length ?? Infinity;
  const give = (key: SharedKey, to: string): void => void held.get(to)?.push(key);
  const isMember = (holder: string | undefined): holder is string =>
    holder !== undefined && held.has(holder);

  for (const key of keys) if (isMember(key.holder)) give(key, key.holder);
  for (const key of keys) {
    const [first, ...others] = key.holder === undefined ? key.contenders : [];
    if (first === undefined) continue;
    give(
      key,
      others.reduce((least, other) => (loadOf(other) < loadOf(least) ? other : least), first),
    );
  }
  // The last are the first to go: free keys, and then what was taken last.
  for (const own of held.values()) own.sort(byAge);
  while (members.some((member) => relieve(member, held)));
  return new Map([...held].flatMap(([member, own]) => own.map(({ key }) => [key, member])));
}

const ageOf = ({ holder, takenAt }: SharedKey): number =>
  holder === undefined ? Infinity : takenAt;

const byAge = (one: SharedKey, other: SharedKey): number =>
  ageOf(one) === ageOf(other) ? (one.key < other.key ? -1 : 1) : ageOf(one) - ageOf(other);

/** How a key comes to a process: from whom, and which. */
interface Step {
  readonly from: string;
  readonly key: SharedKey;
}

/** Moves one key, or one after another, towards the process that has least; whether that was possible. */
function relieve(member: string, held: ReadonlyMap<string, SharedKey[]>): boolean {
  const own = held.get(member) ?? [];
  const steps = reachable(member, held);
  let least: string | undefined;
  for (const other of steps.keys()) {
    const count = held.get(other)?.length ?? Infinity;
    if (count + 2 > own.length) continue;
    if (least === undefined || count < (held.get(least)?.length ?? 0)) least = other;
  }
  if (least === undefined) return false;
  for (let to = least; to !== member;) {
    const step = steps.get(to);
    if (step === undefined) return false;
    const giving = held.get(step.from) ?? [];
    giving.splice(giving.indexOf(step.key), 1);
    held.get(to)?.push(step.key);
    to = step.from;
  }
  return true;
}

/** To whom a process could give a key, directly or by others who give one in turn. */
function reachable(
  member: string,
  held: ReadonlyMap<string, SharedKey[]>,
): ReadonlyMap<string, Step> {
  const steps = new Map<string, Step>();
  const queue = [member];
  for (let from = queue.shift(); from !== undefined; from = queue.shift()) {
    for (const key of [...(held.get(from) ?? [])].reverse()) {
      for (const to of key.contenders) {
        if (to === member || steps.has(to)) continue;
        steps.set(to, { from, key });
        queue.push(to);
      }
      // Everybody can be reached already.
      if (steps.size === held.size - 1) return steps;
    }
  }
  return steps;
}
