import { handover } from './scenarios/handover.mjs';

/** Everything that is measured, in this order. */
export const scenarios = [handover];
