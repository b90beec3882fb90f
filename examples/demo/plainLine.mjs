import { stateAt } from './history.mjs';
import { clock, duration, exactly } from './wording.mjs';

/** An event as one line, or nothing where there is nothing to tell. */
export function plainLine(event, { startedAtMs, lanes }) {
  const told = telling(event, lanes);
  return told === undefined ? undefined : `${clock(event.atMs - startedAtMs)}  ${told}`;
}

function telling(event, lanes) {
  const { name } = event;
  switch (event.kind) {
    case 'Started':
      return `${name} starts (pid ${event.pid})`;
    case 'Leader':
      return `${name} leads (token ${event.token})`;
    case 'Follower':
      return following(event, lanes);
    case 'Error':
      return `${name} does not know who leads: ${event.message}`;
    case 'Left':
      return `${name} has left the election`;
    case 'Exited':
      return event.signal ? `${name} is gone` : `${name} exits (code ${event.code})`;
    case 'Phase':
      return `${event.title} ${event.why}`;
    case 'Notice':
      return event.text;
    case 'Handover':
      return `Handover from ${event.from.name} to ${event.to.name}: ${exactly(gapMs(event))}`;
    case 'Failover':
      return `Failover from ${event.from.name} to ${event.to.name}: ${duration(gapMs(event))}`;
  }
}

/** From the end of the old leader to the beginning of the new one. */
export const gapMs = ({ from, to }) => to.atMs - from.atMs;

function following({ name, leader, atMs }, lanes) {
  if (leader !== undefined) return `${name} follows ${leader}`;
  const lane = lanes.find((one) => one.name === name);
  return stateAt(lane, atMs - 1e-3) === 'leading'
    ? `${name} leads no longer`
    : `${name} knows of no leader`;
}
