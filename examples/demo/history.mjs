/** The past as the audience sees it, before anything has happened. */
export const beginning = (startedAtMs, plannedMs) => ({
  startedAtMs,
  /** How long the show should take, which is the scale of the picture. */
  plannedMs,
  /** One per contender: what it was, since when. */
  lanes: [],
  /** One per leader and time of leading; `toMs` is open while it lasts. */
  tenures: [],
  phase: { title: 'The curtain rises.', why: '', atMs: startedAtMs },
  results: [],
  failure: undefined,
});

/** The history after one more event: a fold, so it can be looked at at any moment. */
export function after(history, event) {
  switch (event.kind) {
    case 'Started':
      return {
        ...history,
        lanes: [...history.lanes, { name: event.name, pid: event.pid, spans: [spanOf(event)] }],
      };
    case 'Leader':
      return { ...became(history, event), tenures: [...history.tenures, tenureOf(event)] };
    case 'Follower':
    case 'Error':
    case 'Left':
    case 'Exited':
      return ended(became(history, event), event);
    case 'Killed':
      return became(history, event);
    case 'Wrote':
      return wrote(history, event);
    case 'Phase':
      return { ...history, phase: event };
    case 'Notice':
      return { ...history, phase: { ...history.phase, why: event.text } };
    case 'Handover':
    case 'Failover':
      return { ...history, results: [...history.results, event] };
    case 'Failed':
      return { ...history, failure: event };
  }
}

const states = {
  Started: 'unknown',
  Error: 'unknown',
  Leader: 'leading',
  Follower: 'following',
  Left: 'away',
  Exited: 'away',
  Killed: 'dead',
};

const spanOf = ({ kind, atMs }) => ({ state: states[kind], fromMs: atMs });

const tenureOf = ({ name, token, atMs }) => ({
  name,
  token,
  fromMs: atMs,
  toMs: Infinity,
  writes: 0,
});

/** What a contender is at a moment; `undefined` before it was started. */
export const stateAt = (lane, atMs) => lane.spans.findLast(({ fromMs }) => fromMs <= atMs)?.state;

function became(history, event) {
  const lanes = history.lanes.map((lane) => {
    const dead = lane.spans.at(-1).state === 'dead';
    if (lane.name !== event.name || dead) return lane;
    return { ...lane, spans: [...lane.spans, spanOf(event)] };
  });
  return { ...history, lanes };
}

/** A killed leader may have led until its process was gone, so its tenure ends with the exit. */
function ended(history, { name, atMs }) {
  const tenures = history.tenures.map((tenure) =>
    tenure.name === name && tenure.toMs === Infinity ? { ...tenure, toMs: atMs } : tenure,
  );
  return { ...history, tenures };
}

function wrote(history, { token }) {
  const tenures = history.tenures.map((tenure) =>
    tenure.token === token ? { ...tenure, writes: tenure.writes + 1 } : tenure,
  );
  return { ...history, tenures };
}
