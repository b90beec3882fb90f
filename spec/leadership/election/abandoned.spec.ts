import { key, moments, play, span, wordsOf, type Harness } from './harness.js';

/** A server takes office that has just started: it ends whatever lock-delay a key has in ten seconds. */
const startedAtMs = 14_000;
const earlyAtMs = startedAtMs + 10_000;
/** The session of the leader, which hears of nothing, is ended. */
const endedAtMs = 20_000;

/** Somebody has lost the lock before, so that the log tells of a lock-delay. */
const earlyLockDelay = ({ at, consul }: Harness, deafen: () => void): void => {
  const destroy = () => consul.destroySession(consul.holderOf(key)!);
  at({
    1_000: destroy,
    [startedAtMs]: () => consul.electRaftLeader({ justStarted: true }),
    [endedAtMs - 1]: deafen,
    [endedAtMs]: destroy,
  });
};

describe('a lock-delay that Consul ends too early', () => {
  it('is waited out all the same by whoever saw the lock become free', () => {
    play((harness) => {
      const { actor, consul, expectObservable, flush } = harness;
      const a = actor('a');
      earlyLockDelay(harness, () => a.setLink('blackhole'));
      // It goes on for long after Consul would give the lock away.
      const letters = '4:v 6:L 1001:v 11003:L 27457:E';
      expectObservable(a.letter$, span(0, 27_500)).toBe(moments(letters));
      const b = actor('b');
      expectObservable(b.letter$, span(12_000, 31_000)).toBe(
        moments(`12004:F ${endedAtMs + 1}:v ${endedAtMs + 10_003}:L`),
      );
      flush();
      // What is not tried too early, Consul has no occasion to grant too early.
      expect(wordsOf(consul, 'b').filter((word) => word === 'acquire')).toHaveLength(1);
    });
  });

  it('is waited out by whoever comes when Consul would give the lock away already', () => {
    play((harness) => {
      const { actor, expectObservable } = harness;
      const a = actor('a');
      earlyLockDelay(harness, () => a.setLink('blackhole'));
      expectObservable(a.letter$, span(0, 27_500)).toBe(moments('4:v 6:L 1001:v 11003:L 27457:E'));
      const joinsAtMs = earlyAtMs + 100;
      expectObservable(actor('c').letter$, span(joinsAtMs, 35_000)).toBe(
        moments(`${joinsAtMs + 4}:v ${joinsAtMs + 10_006}:L`),
      );
    });
  });
});

describe('a lock whose holder has a longer lock-delay than a contender', () => {
  it.each([
    ['who saw it become free', 12_000, `12004:F ${endedAtMs + 1}:v ${endedAtMs + 10_003}:L`],
    ['who comes later', earlyAtMs + 100, `${earlyAtMs + 104}:v ${earlyAtMs + 10_106}:L`],
  ])('is left alone for as long as the holder may lead, by one %s', (_, joinsAtMs, letters) => {
    play((harness) => {
      const a = harness.actor('a');
      earlyLockDelay(harness, () => a.setLink('blackhole'));
      harness
        .expectObservable(a.letter$, span(0, 27_500))
        .toBe(moments('4:v 6:L 1001:v 11003:L 27457:E'));
      const b = harness.actor('b', { lockDelayMs: 2_000 });
      harness.expectObservable(b.letter$, span(joinsAtMs, 35_000)).toBe(moments(letters));
    });
  });

  it('is left alone for as long also where somebody has written over what it said', () => {
    play(({ actor, at, consul, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, 9_000)).toBe(moments('4:v 6:L'));
      const b = actor('b', { lockDelayMs: 2_000 });
      expectObservable(b.letter$, span(100, 12_000)).toBe(moments('104:F 998:F 1001:v 11005:L'));
      at({
        996: () => a.setLink('blackhole'),
        997: () => consul.put(key, 'by hand', consul.entryOf(key)!.flags),
        1_000: () => {
          // Made anew, it bars nobody.
          const { value, flags } = consul.entryOf(key)!;
          consul.deleteKey(key);
          consul.put(key, value, flags);
        },
      });
    });
  });

  it('is free for it at once where it was given back', () => {
    play(({ actor, expectObservable }) => {
      expectObservable(actor('a').letter$, span(0, 1_000)).toBe(moments('4:v 6:L'));
      const b = actor('b', { lockDelayMs: 2_000 });
      expectObservable(b.letter$, span(500, 6_000)).toBe(moments('504:F 1002:v 1004:L'));
    });
  });
});

describe('a key that somebody deletes while its leader hears nothing', () => {
  it('is left alone for the lock-delay by who saw it held', () => {
    play(({ actor, at, consul, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, 9_500)).toBe(moments('4:v 6:L 9404:E'));
      expectObservable(actor('b').letter$, span(100, 11_000)).toBe(moments('104:F 1001:v'));
      at({
        999: () => a.setLink('blackhole'),
        1_000: () => consul.deleteKey(key),
      });
    });
  });
});

describe('a lock that was given back', () => {
  it('is free at once, also for who comes later', () => {
    play(({ actor, expectObservable }) => {
      expectObservable(actor('a').letter$, span(0, 1_000)).toBe(moments('4:v 6:L'));
      expectObservable(actor('b').letter$, span(5_000, 6_000)).toBe(moments('5004:v 5006:L'));
    });
  });

  it('is abandoned once somebody has written the key', () => {
    play(({ actor, at, consul, expectObservable }) => {
      expectObservable(actor('a').letter$, span(0, 1_000)).toBe(moments('4:v 6:L'));
      at({ 2_000: () => consul.put(key, 'mine', consul.entryOf(key)!.flags) });
      expectObservable(actor('b').letter$, span(5_000, 16_000)).toBe(moments('5004:v 15006:L'));
    });
  });
});

describe('what is seen while an abandoned lock is left alone', () => {
  it('puts the wait off where somebody may have held the lock unseen', () => {
    play(({ actor, at, consul, expectObservable }) => {
      expectObservable(actor('a').letter$, span(0, 20_000)).toBe(moments('4:v 16003:L'));
      consul.put(key, 'left behind', 0x2ddccbc058a50c18n);
      at({ 6_000: () => consul.put(key, 'again', 0x2ddccbc058a50c18n) });
    });
  });
});

describe('a timer that fires early', () => {
  it('does not end the wait for an abandoned lock', () => {
    play(({ actor, consul, expectObservable, time }) => {
      consul.put(key, 'left behind', 0x2ddccbc058a50c18n);
      // By this clock, which loses a thousandth, 10 s are over ten milliseconds after the timer of 10 s.
      const now = () => {
        const { monotonicMs, wallMs } = time.now();
        return { monotonicMs: Math.floor(monotonicMs * 0.999), wallMs };
      };
      expectObservable(actor('a', { time: { ...time, now } }).letter$, span(0, 20_000)).toBe(
        moments('4:v 10016:L'),
      );
    });
  });
});
