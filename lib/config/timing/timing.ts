import { sequenceS } from 'fp-ts/lib/Apply.js';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as O from 'fp-ts/lib/Option.js';
import type { OptionProblem } from '../../errors.js';
import { optionProblem } from '../decoding/problems.js';
import type { TimingOptions } from '../model/options.js';
import type { Timing } from '../model/settings.js';
import { type TimingDraft, withTimingDefaults } from './defaults.js';
import { withPreset } from './presets.js';
import { type TimingRelation, timingRelations } from './constraints.js';
import type { Validated } from '../decoding/validated.js';

/**
 * Completes timings that are fine by themselves and checks them together; all problems at once. The refused ones
 * were left out. Relations are checked wherever all that they speak of is known.
 */
export function timingFrom(
  options: TimingOptions,
  refused: ReadonlySet<string>,
): Validated<Timing> {
  const draft = withTimingDefaults(withPreset(options), refused);
  const broken = timingRelations.flatMap((relation) => violationsOf(relation, options, draft));
  const complete = sequenceS(O.Apply)(draft);
  return broken.length === 0 && O.isSome(complete) ? E.right(complete.value) : E.left(broken);
}

function violationsOf(
  relation: TimingRelation,
  options: TimingOptions,
  draft: TimingDraft,
): readonly OptionProblem[] {
  return pipe(
    relation.broken(draft),
    O.match(
      () => [],
      (expected) => {
        const given = relation.names.filter((name) => options[name] !== undefined);
        const field = given[0] ?? relation.names[0] ?? 'leaseMs';
        const value = O.toUndefined<unknown>(draft[field]);
        if (field !== 'detector' || relation.part === undefined) {
          return [optionProblem(field, value, expected)];
        }
        const part = (value as Readonly<Record<string, unknown>>)[relation.part];
        return [optionProblem(`detector.${relation.part}`, part, expected)];
      },
    ),
  );
}
