import { NEVER, of, Subject, throwError } from 'rxjs';
import { resignOnSignal, untilSignal, type EndSignal } from '../../lib/index.js';
import { moments, play } from '../leadership/election/harness.js';
import { marbles } from '../support/marbles.js';

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const listeners = () => signals.map((signal) => process.listenerCount(signal));
const send = (signal: EndSignal) => process.emit(signal as NodeJS.Signals);

describe('untilSignal', () => {
  let before: readonly number[];

  beforeEach(() => {
    before = listeners();
  });

  it.each([
    ['a source that never emits', '-', '---!'],
    ['a source that ends', '-a-b|', undefined],
    ['an empty source', '|', undefined],
    ['a source that fails', '-a-#', undefined],
    ['a source that emits at once', '(ab|)', undefined],
  ])('mirrors %s, and listens no more', (_, source, unsubscribed) => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold(source).pipe(untilSignal()), unsubscribed).toBe(source);
    });
    expect(listeners()).toEqual(before);
  });

  it.each([
    [[], 'SIGTERM', 'SIGHUP'],
    [[], 'SIGINT', 'SIGHUP'],
    [['SIGHUP'], 'SIGHUP', 'SIGTERM'],
  ] as const)('of %j completes with %s and not with %s', (named, awaited, other) => {
    // Without a listener of its own, the other would end this process.
    const ignore = () => undefined;
    process.on(other, ignore);
    const source$ = new Subject<string>();
    const seen: string[] = [];
    source$
      .pipe(untilSignal(...named))
      .subscribe({ next: (value) => seen.push(value), complete: () => seen.push('completed') });
    source$.next('a');
    send(other);
    source$.next('b');
    send(awaited);
    source$.next('c');
    process.off(other, ignore);
    expect(seen).toEqual(['a', 'b', 'completed']);
    expect(source$.observed).toBe(false);
    expect(listeners()).toEqual(before);
  });

  it('leaves the second signal to whoever else listens, or to end the process', () => {
    const subscription = NEVER.pipe(untilSignal()).subscribe();
    expect(listeners()).not.toEqual(before);
    send('SIGINT');
    expect(listeners()).toEqual(before);
    expect(subscription.closed).toBe(true);
  });

  it('only mirrors where there are no signals', () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'process')!;
    Object.defineProperty(globalThis, 'process', { ...own, value: undefined, writable: true });
    const seen: string[] = [];
    of('a')
      .pipe(untilSignal())
      .subscribe({ next: (value) => seen.push(value), complete: () => seen.push('completed') });
    Object.defineProperty(globalThis, 'process', own);
    expect(seen).toEqual(['a', 'completed']);
  });
});

describe('resignOnSignal', () => {
  it('resigns with the first signal, and completes once Consul has confirmed', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$).toBe(moments('4:v 6:L 1000:v 1004:|'));
      expectObservable(resignOnSignal(a)).toBe('1004ms (d|)', { d: undefined });
      at({ 1_000: () => send('SIGTERM') });
    });
  });

  it('completes at once where nobody has joined', () => {
    play(({ actor, at, expectObservable }) => {
      expectObservable(resignOnSignal(actor('a'), 'SIGHUP')).toBe('10ms (d|)', { d: undefined });
      at({ 10: () => send('SIGHUP') });
    });
  });

  it('errors where Consul could not be told', () => {
    marbles(({ scheduler, expectObservable }) => {
      const election = { resign: () => throwError(() => 'unreachable') };
      expectObservable(resignOnSignal(election)).toBe('-----#', undefined, 'unreachable');
      scheduler.schedule(() => send('SIGTERM'), 5);
    });
  });

  describe('beside what sends the signal again', () => {
    const killed: unknown[] = [];
    let kill: jest.SpyInstance;
    beforeEach(() => {
      killed.length = 0;
      kill = jest.spyOn(process, 'kill').mockImplementation((pid, signal) => {
        killed.push([pid, signal]);
        return true;
      });
    });
    afterEach(() => kill.mockRestore());

    /** A resignation that lasts until it is told to end, and what is known of it. */
    function resigning() {
      const resigned$ = new Subject<void>();
      const seen: string[] = [];
      resignOnSignal({ resign: () => resigned$ }).subscribe({
        complete: () => seen.push('completed'),
      });
      return { seen, end: () => resigned$.complete() };
    }

    it('lets the resignation finish, and then ends the process by that signal', () => {
      const before = listeners();
      const { seen, end } = resigning();
      send('SIGTERM');
      send('SIGTERM');
      expect([seen, killed]).toEqual([[], []]);
      end();
      expect(seen).toEqual(['completed']);
      expect(killed).toEqual([[process.pid, 'SIGTERM']]);
      expect(listeners()).toEqual(before);
    });

    it('ends the process at once by a third one', () => {
      const before = listeners();
      const { seen } = resigning();
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGINT'] as const) send(signal);
      expect([seen, killed]).toEqual([[], [[process.pid, 'SIGINT']]]);
      expect(listeners()).toEqual(before);
    });

    it('leaves the end to others who listen', () => {
      const { seen, end } = resigning();
      const other = () => undefined;
      process.on('SIGTERM', other);
      for (let count = 0; count < 3; count += 1) send('SIGTERM');
      end();
      process.off('SIGTERM', other);
      expect([seen, killed]).toEqual([['completed'], []]);
    });

    it('waits for the last one of several elections', () => {
      const [one, other] = [resigning(), resigning()];
      send('SIGTERM');
      send('SIGTERM');
      one.end();
      expect(killed).toEqual([]);
      other.end();
      expect(killed).toEqual([[process.pid, 'SIGTERM']]);
    });

    it('does not end a process that was asked once', () => {
      const { seen, end } = resigning();
      send('SIGTERM');
      end();
      expect([seen, killed]).toEqual([['completed'], []]);
    });
  });

  it('does not resign when it is unsubscribed, and listens no more', () => {
    const before = listeners();
    let resigned = false;
    const election = {
      resign: () => {
        resigned = true;
        return NEVER;
      },
    };
    resignOnSignal(election).subscribe().unsubscribe();
    expect(listeners()).toEqual(before);
    expect(resigned).toBe(false);
  });
});
