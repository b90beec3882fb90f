import { exactly } from './wording.mjs';

/** What the history proves: whether two contenders ever led at once, and whether tokens rose. */
export function verdictOn({ tenures }) {
  const ordered = tenures.toSorted((one, other) => one.fromMs - other.fromMs);
  const successions = ordered.slice(1).map((next, index) => ({ previous: ordered[index], next }));
  const problems = successions.flatMap((succession) => [
    ...overlapIn(succession),
    ...tokenProblemIn(succession),
  ]);
  return problems.length > 0
    ? { ok: false, sentences: problems }
    : { ok: true, sentences: [peace(ordered, successions)] };
}

const gapMs = ({ previous, next }) => next.fromMs - previous.toMs;

function overlapIn({ previous, next }) {
  const sharedMs = Math.min(previous.toMs, next.toMs) - next.fromMs;
  return sharedMs > 0
    ? [`${previous.name} and ${next.name} led at once for ${exactly(sharedMs)}.`]
    : [];
}

function tokenProblemIn({ previous, next }) {
  return BigInt(next.token) > BigInt(previous.token)
    ? []
    : [`${next.name} got token ${next.token} after ${previous.name} had ${previous.token}.`];
}

function peace(ordered, successions) {
  const closestMs = Math.min(...successions.map(gapMs));
  const tokens = ordered.map(({ token }) => token).join(' < ');
  const writes = ordered.reduce((sum, tenure) => sum + tenure.writes, 0);
  return (
    `No two leader intervals overlapped: ${ordered.length} of them, at least ${exactly(closestMs)} ` +
    `apart. Their fencing tokens rose: ${tokens}. ${writes} writes were made under them.`
  );
}
