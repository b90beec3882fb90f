import { Observable, type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import type { Time } from '../../../ports/time.js';
import type { Transport } from '../../../ports/transport.js';

/** How a machine's clocks begin. */
export interface MachineOptions {
  /** The time of the world, against which the machine's own runs. */
  readonly scheduler: SchedulerLike;
  /** How fast its clocks run; 0.99 loses a hundredth. Defaults to 1. */
  readonly rate?: number;
  /** What its wall clock is ahead, in milliseconds. Defaults to 0. */
  readonly wallAheadMs?: number;
}

/** A machine with clocks of its own, and one process on it. */
export interface Machine {
  /** The process's {@link Time}. */
  readonly time: Time;
  /** Stops the process: timers and answers come late, all together, when it is resumed. */
  readonly stall: () => void;
  /** Suspends the machine: as `stall`, and the monotonic clock stands still. */
  readonly suspend: () => void;
  /** Lets it go on. */
  readonly resume: () => void;
  /** Whether the process runs, and has done what was due while it did not. */
  readonly isRunning: () => boolean;
  /** Sets the wall clock ahead, or back. */
  readonly jumpWall: (byMs: number) => void;
  /** Lets answers reach the process only while it runs. */
  readonly hear: (transport: Transport) => Transport;
}

/**
 * A machine in a simulated world: its clocks may run fast or slow, jump, or stand still, and its
 * process may be stopped.
 *
 * @example
 * ```ts
 * const scheduler = new VirtualTimeScheduler();
 * const slow = simulatedMachine({ scheduler, rate: 0.99 });
 * timer(60_000, scheduler).subscribe(() => console.log(slow.time.now().monotonicMs));
 * scheduler.flush();
 * // => 59400
 * ```
 */
export function simulatedMachine(options: MachineOptions): Machine {
  const clocks = localClocks(options);
  const gate = runningGate();
  return {
    time: {
      scheduler: localScheduler(clocks.monotonicMs, timersOf(options, clocks, gate)),
      now: () => ({ monotonicMs: clocks.monotonicMs(), wallMs: clocks.wallMs() }),
    },
    stall: gate.close,
    suspend: () => {
      clocks.stop();
      gate.close();
    },
    resume: () => {
      clocks.goOn();
      gate.open();
    },
    isRunning: gate.isOpen,
    jumpWall: clocks.jumpWall,
    hear: (transport) => ({
      ...transport,
      request: (request) => whileRunning(transport.request(request), gate.whenOpen),
    }),
  };
}

type Clocks = ReturnType<typeof localClocks>;

function localClocks({ scheduler, rate = 1, wallAheadMs = 0 }: MachineOptions) {
  let aheadMs = wallAheadMs;
  let lostMs = 0;
  let stoppedAtMs: number | undefined;
  const suspendedMs = (): number =>
    lostMs + (stoppedAtMs === undefined ? 0 : scheduler.now() - stoppedAtMs);
  return {
    monotonicMs: () => rate * (scheduler.now() - suspendedMs()),
    wallMs: () => rate * scheduler.now() + aheadMs,
    jumpWall: (byMs: number) => {
      aheadMs += byMs;
    },
    stop: () => {
      stoppedAtMs ??= scheduler.now();
    },
    goOn: () => {
      lostMs = suspendedMs();
      stoppedAtMs = undefined;
    },
  };
}

type Gate = ReturnType<typeof runningGate>;

/** Lets things happen while it is open, and holds them back while it is not, in their order. */
function runningGate() {
  let isOpen = true;
  let isCatchingUp = false;
  const held = new Set<() => void>();
  return {
    isOpen: () => isOpen && !isCatchingUp,
    close: () => {
      isOpen = false;
    },
    open: () => {
      isOpen = true;
      const late = [...held];
      held.clear();
      isCatchingUp = true;
      for (const run of late) run();
      isCatchingUp = false;
    },
    whenOpen: (run: () => void): Subscription => {
      if (isOpen) {
        run();
        return Subscription.EMPTY;
      }
      held.add(run);
      return new Subscription(() => held.delete(run));
    },
  };
}

/** Less than any timer is meant to be exact to, in milliseconds; sums of fractions differ by it. */
const epsilonMs = 1e-6;

/** Runs something once the monotonic clock has gone so far and the process runs. */
const timersOf =
  ({ scheduler, rate = 1 }: MachineOptions, { monotonicMs }: Clocks, { whenOpen }: Gate) =>
  (delayMs: number, run: () => void): Subscription => {
    const dueMs = monotonicMs() + delayMs;
    const subscription = new Subscription();
    const wait = (): void => {
      const restMs = Math.max(0, dueMs - monotonicMs()) / rate;
      const due = (): void => {
        // A machine that was suspended has its timers go on where they stood.
        if (dueMs - monotonicMs() > epsilonMs) wait();
        else run();
      };
      subscription.add(scheduler.schedule(() => subscription.add(whenOpen(due)), restMs));
    };
    wait();
    return subscription;
  };

function localScheduler(
  now: () => number,
  after: (delayMs: number, run: () => void) => Subscription,
): SchedulerLike {
  return {
    now,
    schedule: (work, delayMs = 0, state?) => new LocalAction(work, after).schedule(state, delayMs),
  };
}

/** What `schedule` gives: it runs its work once, and the work may schedule it again. */
class LocalAction<T> extends Subscription implements SchedulerAction<T> {
  private waiting: Subscription | undefined;

  constructor(
    private readonly work: (this: SchedulerAction<T>, state: T) => void,
    private readonly after: (delayMs: number, run: () => void) => Subscription,
  ) {
    super();
  }

  schedule(state?: T, delayMs = 0): Subscription {
    if (this.waiting !== undefined) {
      this.waiting.unsubscribe();
      this.remove(this.waiting);
    }
    if (!this.closed) {
      this.waiting = this.after(delayMs, () => {
        if (!this.closed) this.work(state as T);
      });
      this.add(this.waiting);
    }
    return this;
  }
}

/** Mirrors the source, but tells nothing while the process is stopped. */
function whileRunning<T>(
  source$: Observable<T>,
  whenOpen: (run: () => void) => Subscription,
): Observable<T> {
  return new Observable((subscriber) => {
    const tell = (run: () => void): void => {
      subscriber.add(whenOpen(run));
    };
    // This is the operator itself; no other one waits for a process.
    subscriber.add(
      source$.subscribe({
        next: (value) => tell(() => subscriber.next(value)),
        error: (error: unknown) => tell(() => subscriber.error(error)),
        complete: () => tell(() => subscriber.complete()),
      }),
    );
  });
}
