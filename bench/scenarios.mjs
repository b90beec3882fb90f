import { crash } from './scenarios/crash.mjs';
import { handover } from './scenarios/handover.mjs';
import { peers } from './scenarios/peers.mjs';

/** Everything that is measured, in this order. */
export const scenarios = [handover, crash, peers];
