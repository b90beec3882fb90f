import { afterAnswer, afterCut, freshPace, type PollPace } from '../../lib/watch/pollPace.js';

const maxWaitMs = 45_000;
const fresh = freshPace(maxWaitMs);

/** The age at which Consul answers a poll without a change at the latest. */
const answeredAtMs = ({ waitMs }: PollPace) => (waitMs * 17) / 16;

/** The pace after a cut that is no trouble. */
function cut(pace: PollPace, ageMs: number): PollPace {
  const next = afterCut(pace, ageMs);
  if (next === undefined) throw new Error(`A cut at ${ageMs} ms is trouble.`);
  return next;
}

/** The pace after polls behind a proxy that cuts at an age, and the cuts that they met. */
function behind(proxyMs: number, polls: number, from = fresh) {
  let pace = from;
  let cuts = 0;
  let passedMs = 0;
  for (let poll = 0; poll < polls; poll += 1) {
    const endsMs = Math.min(proxyMs, answeredAtMs(pace));
    passedMs += endsMs;
    if (endsMs === proxyMs) cuts += 1;
    pace = endsMs === proxyMs ? cut(pace, proxyMs) : afterAnswer(pace, true);
  }
  return { pace, cuts, passedMs };
}

describe('the pace of a watch', () => {
  it('waits for as long as was asked for, as long as nothing is cut', () => {
    expect(afterAnswer(fresh, true)).toBe(fresh);
    expect(afterAnswer(fresh, false)).toBe(fresh);
  });

  it.each([2_000, 5_000, 10_000, 30_000, 40_000])(
    'ends before the age of a cut, once one has been met at %i ms',
    (ageMs) => {
      const pace = cut(fresh, ageMs);
      expect(answeredAtMs(pace)).toBeLessThanOrEqual(ageMs - 250);
      // No shorter than it must be.
      expect(answeredAtMs(pace)).toBeGreaterThan(ageMs * 0.85);
    },
  );

  it('never waits for less than a second', () => {
    expect(cut(fresh, 1_000).waitMs).toBe(1_000);
    expect(cut(cut(fresh, 1_100), 1_050).waitMs).toBe(1_000);
  });

  it('never waits for longer than was asked for', () => {
    expect(cut(freshPace(5_000), 5_200).waitMs).toBeLessThanOrEqual(5_000);
    expect(behind(Infinity, 100, cut(fresh, 2_000)).pace.waitMs).toBe(maxWaitMs);
  });

  it.each([
    ['ends at once', fresh, 999],
    ['comes later than Consul would have answered', fresh, 47_814],
    ['comes later than Consul would have answered a shortened wait', cut(fresh, 1_500), 1_500],
    ['is the fourth in a row', cut(cut(cut(fresh, 9_000), 7_000), 5_000), 3_000],
  ])('takes a cut for trouble that %s', (_, pace, ageMs) => {
    expect(afterCut(pace, ageMs)).toBeUndefined();
  });

  it('counts cuts anew after an answer, be it early', () => {
    const pace = afterAnswer(cut(cut(cut(fresh, 9_000), 7_000), 5_000), false);
    expect(afterCut(pace, 3_000)).toBeDefined();
  });

  it('tries longer waits ever more rarely where they are cut again', () => {
    const { cuts, passedMs } = behind(10_000, 400);
    expect(passedMs).toBeGreaterThan(3_600_000);
    expect(cuts).toBeLessThanOrEqual(7);
  });

  it('tries them sooner again once they are not', () => {
    const { pace } = behind(10_000, 400);
    const { pace: later } = behind(Infinity, 1_024 + 8 * 3, pace);
    expect(later.waitMs).toBe(maxWaitMs);
  });

  it('learns nothing from answers that come early', () => {
    const short = cut(fresh, 10_000);
    const busy = Array.from({ length: 100 }).reduce<PollPace>(
      (pace) => afterAnswer(pace, false),
      short,
    );
    expect(busy.waitMs).toBe(short.waitMs);
  });
});
