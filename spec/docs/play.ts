import { EventEmitter } from 'node:events';
import { format } from 'node:util';
import {
  defer,
  filter,
  firstValueFrom,
  Observable,
  of,
  repeat,
  take,
  tap,
  timeout,
  type Subscription,
} from 'rxjs';
import { embeddedConsul, type EmbeddedConsul } from '../../lib/testing/index.js';
import type { Block } from './blocks.js';
import { given } from './given.js';
import { program } from './program.js';

/** Only giving up depends on it. */
const patienceMs = 60_000;
const pollIntervalMs = 5;

/**
 * Runs a block as a program of its own on a Consul of its own.
 *
 * It goes on until it has printed what it says that it prints, in lines `// => text`, or, if it says
 * nothing of the kind, until something has come of every subscription that it made. Then these are
 * unsubscribed, and no session may be left.
 */
export async function play(block: Block): Promise<readonly string[]> {
  let listening: Subscription | undefined;
  const consul = await new Promise<EmbeddedConsul>((resolve, reject) => {
    listening = embeddedConsul().subscribe({ next: resolve, error: reject });
  });
  const before = process.env['CONSUL_HTTP_ADDR'];
  process.env['CONSUL_HTTP_ADDR'] = consul.address;
  try {
    const printed = await played(block);
    await until(() => consul.consul.sessions().length === 0, 'it left a session behind');
    return printed;
  } finally {
    if (before === undefined) delete process.env['CONSUL_HTTP_ADDR'];
    else process.env['CONSUL_HTTP_ADDR'] = before;
    listening?.unsubscribe();
  }
}

/** What a block says that it prints. */
export function promised({ code }: Block): readonly string[] {
  return [...code.matchAll(/\/\/ => (.*)$/gm)].map(([, text = '']) => text);
}

async function played(block: Block): Promise<readonly string[]> {
  const printed: string[] = [];
  const log = (...values: unknown[]) => void printed.push(...format(...values).split('\n'));
  const globals = {
    ...given(),
    console: { log, error: log },
    process: Object.assign(new EventEmitter(), { env: process.env, pid: process.pid }),
  };
  const { made, restore } = watched(block);
  try {
    await program(block, globals);
    const expected = promised(block).length;
    await (expected > 0
      ? until(
          () => printed.length >= expected,
          () => `it printed only ${JSON.stringify(printed)}`,
        )
      : until(() => made.every(({ heard }) => heard()), 'a subscription brought nothing'));
  } finally {
    restore();
    for (const { stop } of made) stop();
  }
  return printed;
}

interface Watched {
  /** Whether something has come of it. */
  readonly heard: () => boolean;
  readonly stop: () => void;
}

/**
 * The subscriptions that a block makes itself from now on: those that are called for in its code, and
 * not those that the library makes in turn.
 */
function watched({ place }: Block) {
  const made: Watched[] = [];
  const prototype = Observable.prototype as { subscribe: Subscribe };
  const { subscribe } = prototype;
  prototype.subscribe = function (this: Observable<unknown>, ...observer) {
    if (callerFile() !== place) return subscribe.apply(this, observer);
    let heard = false;
    const hear = () => void (heard = true);
    const noticed$ = this.pipe(tap({ next: hear, error: hear, complete: hear }));
    const subscription = subscribe.apply(noticed$, observer);
    made.push({
      heard: () => heard || subscription.closed,
      stop: () => subscription.unsubscribe(),
    });
    return subscription;
  };
  return {
    made,
    restore: () => {
      prototype.subscribe = subscribe;
    },
  };
}

/** The file in which the caller of the caller was called for; V8 knows it without a text of the stack. */
function callerFile(): string | null | undefined {
  const before = { ...Error, stackTraceLimit: Error.stackTraceLimit };
  Error.stackTraceLimit = 3;
  Error.prepareStackTrace = (_, [, , caller]) => caller?.getFileName();
  const file = new Error().stack;
  Object.assign(Error, before);
  return file;
}

type Subscribe = (this: Observable<unknown>, ...observer: unknown[]) => Subscription;

function until(condition: () => boolean, otherwise: string | (() => string)): Promise<unknown> {
  const reason = () => (typeof otherwise === 'string' ? otherwise : otherwise());
  return firstValueFrom(
    defer(() => of(condition())).pipe(
      repeat({ delay: pollIntervalMs }),
      filter(Boolean),
      take(1),
      timeout({
        each: patienceMs,
        with: () => {
          throw new Error(`After ${patienceMs} ms: ${reason()}`);
        },
      }),
    ),
    { defaultValue: undefined },
  );
}
