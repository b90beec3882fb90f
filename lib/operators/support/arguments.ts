import { isObservable } from 'rxjs';
import { invalidOptions, optionProblem } from '../../config/decoding/problems.js';
import { endSignals } from '../../ports/processSignals.js';

/** Whether a property can be asked of a value. */
export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null;

/** Throws `INVALID_OPTIONS` for an argument that is wrong: callers from JavaScript have no compiler. */
export function checkArgument(
  isRight: boolean,
  name: string,
  value: unknown,
  expected: string,
): void {
  if (!isRight) throw invalidOptions([optionProblem(name, value, expected)]);
}

/** A function of the user. */
export function checkFunction(name: string, value: unknown, example: string): void {
  checkArgument(typeof value === 'function', name, value, `Give a function, as in ${example}.`);
}

/** The `leadership$` of an election, and not the election. */
export function checkLeadership(value: unknown): void {
  checkArgument(isObservable(value), 'leadership$', value, 'Give the stream election.leadership$.');
}

/** An object with no options but these. */
export function checkOptions(value: unknown, known: readonly string[]): void {
  const list = `The options are ${known.join(', ')}.`;
  checkArgument(isObject(value), 'options', value, `Give an object. ${list}`);
  const unknown = Object.entries(value as object).filter(([name]) => !known.includes(name));
  if (unknown.length === 0) return;
  throw invalidOptions(
    unknown.map(([name, given]) => optionProblem(name, given, `Unknown option. ${list}`)),
  );
}

/** What work returned. */
export function checkResult(result: unknown): void {
  checkArgument(
    result !== undefined && result !== null,
    'work()',
    result,
    'Return the work: an observable or a promise, or EMPTY if there is none.',
  );
}

/** Signals by which a process can be asked to end. */
export function checkSignals(signals: readonly unknown[]): void {
  const known: readonly unknown[] = endSignals;
  const unknown = signals.filter((signal) => !known.includes(signal));
  if (unknown.length === 0) return;
  throw invalidOptions(
    unknown.map((signal) =>
      optionProblem(
        'signals',
        signal,
        `Give ${endSignals.join(', ')} or several of them, each as an argument.`,
      ),
    ),
  );
}
