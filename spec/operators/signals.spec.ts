import { NEVER, of, Subject, throwError } from 'rxjs';
import { resignOnSignal, untilSignal, type EndSignal } from '../../lib/index.js';
import { moments, play } from '../leadership/election/stage.js';
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
