import { TestScheduler } from 'rxjs/testing';
import { assertRoles, type Role } from './role.js';
import type { ScriptStep } from './script.js';

/** A diagram of roles, taken apart. */
export interface ParsedScript {
  /** The same diagram with a sign of its own for each role, so that each can stand for a value. */
  readonly marbles: string;
  readonly steps: readonly ScriptStep[];
  /** The sign of each step. */
  readonly signs: readonly string[];
}

/** Where Unicode keeps characters for private use. */
const firstSign = 0xe000;

/** Takes a diagram apart, or throws an error that names every letter that is no role. */
export function parseScript(diagram: string): ParsedScript {
  assertRoles(
    valuesIn(diagram).map(({ value }) => value),
    `The diagram '${diagram}'`,
  );
  const signs: string[] = [];
  // A unit of time has no capitals, so that every capital is a role.
  const marbles = diagram.replaceAll(/[LFVE]/g, () => {
    const sign = String.fromCharCode(firstSign + signs.length);
    signs.push(sign);
    return sign;
  });
  const roles = Array.from(diagram.match(/[LFVE]/g) ?? []) as Role[];
  const steps = valuesIn(marbles).map(({ frame }, index) => ({
    role: roles[index] ?? 'V',
    atMs: frame,
  }));
  return { marbles, steps, signs };
}

function valuesIn(diagram: string): readonly { readonly frame: number; readonly value: unknown }[] {
  return TestScheduler.parseMarbles(diagram, undefined, undefined, false, true).flatMap(
    ({ frame, notification }) =>
      notification.kind === 'N' ? [{ frame, value: notification.value as unknown }] : [],
  );
}
