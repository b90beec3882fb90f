import type { Plan } from './plan.js';

/**
 * The plan with as few troubles as still make it fail: troubles are left out one after the other,
 * for as long as one can be missed.
 *
 * @param plan - a plan that fails
 * @param fails - whether a plan fails in the way that matters
 *
 * @example
 * ```ts
 * const fails = (plan: Plan) => plan.troubles.some(({ kind }) => kind === 'loss');
 * console.log(shrunk(planOf(42), fails).troubles.length);
 * ```
 */
export function shrunk(plan: Plan, fails: (plan: Plan) => boolean): Plan {
  const smaller = plan.troubles
    .map((_, left) => ({ ...plan, troubles: plan.troubles.filter((__, index) => index !== left) }))
    .find(fails);
  return smaller === undefined ? plan : shrunk(smaller, fails);
}
