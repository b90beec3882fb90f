import { crash } from './scenarios/crash.mjs';
import { group } from './scenarios/group.mjs';
import { growth } from './scenarios/growth.mjs';
import { handover } from './scenarios/handover.mjs';
import { herd } from './scenarios/herd.mjs';
import { idleHour } from './scenarios/idleHour.mjs';
import { importTime } from './scenarios/importTime.mjs';
import { peers } from './scenarios/peers.mjs';
import { size } from './scenarios/size.mjs';

/** Everything that is measured, in this order. */
export const scenarios = [
  ...[handover, crash, peers, herd, group, growth, importTime, idleHour, size],
];
