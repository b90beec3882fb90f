import { distinctUntilChanged, map, type OperatorFunction } from 'rxjs';
import type { Leadership } from '../../leadership/leadership.js';

/**
 * A state of leadership as one letter of a marble diagram: `L` this process leads, `F` another one
 * does, `V` is a vacancy, in which nobody leads, and `E` is trouble.
 */
export type Role = 'L' | 'F' | 'V' | 'E';

const isRole = (letter: unknown): letter is Role =>
  typeof letter === 'string' && /^[LFVE]$/.test(letter);

/** Throws an error that says which roles there are, if one of the letters is none. */
export function assertRoles(
  letters: readonly unknown[],
  place: string,
): asserts letters is readonly Role[] {
  const unknownLetters = new Set(letters.filter((letter) => !isRole(letter)));
  if (unknownLetters.size === 0) return;
  const named = [...unknownLetters].map((letter) => `'${String(letter)}'`).join(', ');
  throw new Error(
    `${place} has ${named}, which is not a role. ` +
      'Use L (this process leads), F (another one leads), V (nobody leads) or E (an error).',
  );
}

/** How {@link roles} tells states apart. */
export interface RolesOptions {
  /**
   * Whether a follower in a vacancy is told from one that knows a leader, `V` and `F`. Defaults to
   * false: both are `F`.
   */
  readonly vacancies?: boolean;
}

/**
 * States as letters, each change once, so that a marble diagram is readable.
 *
 * ```
 * leadership$:  --Follower--Leader----Error--Leader
 * result:       --F---------L---------E------L-----
 * ```
 *
 * @param options - whether vacancies have a letter of their own
 *
 * @example
 * ```ts
 * const scheduler = new TestScheduler(assertDeepEqual);
 * scheduler.run(({ expectObservable }) => {
 *   const { cold } = leadershipMarbles(scheduler);
 *   expectObservable(cold('V--L--E').pipe(roles())).toBe('F--L--E');
 *   expectObservable(cold('V--F--L').pipe(roles({ vacancies: true }))).toBe('V--F--L');
 * });
 * ```
 */
export function roles({ vacancies = false }: RolesOptions = {}): OperatorFunction<
  Leadership,
  Role
> {
  return (leadership$) =>
    leadership$.pipe(
      map((leadership): Role => roleOf(leadership, vacancies)),
      distinctUntilChanged(),
    );
}

function roleOf(leadership: Leadership, vacancies: boolean): Role {
  switch (leadership.kind) {
    case 'Leader':
      return 'L';
    case 'Follower':
      return vacancies && leadership.leader === undefined ? 'V' : 'F';
    case 'Error':
      return 'E';
  }
}
