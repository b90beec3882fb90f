import type { Plan } from './plan.js';

/**
 * The plan with as few faults as still make it fail: faults are left out one after the other,
 * for as long as one can be missed.
 *
 * @param plan - a plan that fails
 * @param fails - whether a plan fails in the way that matters
 *
 * @example
 * ```ts
 * const fails = (plan: Plan) => plan.faults.some(({ kind }) => kind === 'loss');
 * console.log(shrink(planOf(42), fails).faults.length);
 * ```
 */
export function shrink(plan: Plan, fails: (plan: Plan) => boolean): Plan {
  const smaller = plan.faults
    .map((_, left) => ({ ...plan, faults: plan.faults.filter((__, index) => index !== left) }))
    .find(fails);
  return smaller === undefined ? plan : shrink(smaller, fails);
}
