import { processWarning } from '../ports/processWarning.js';

/** Says why an election leads nothing where that is a mistake: nothing has ever subscribed to it. */
export interface UnjoinedWarning {
  /** Called when the election is joined. */
  readonly joined: () => void;
  /** Called when somebody asks whether this process leads. */
  readonly asked: () => void;
}

/** The warnings of elections by their keys. All together warn once: one missing subscription is enough to find the others. */
export function unjoinedWarnings(): (key: string) => UnjoinedWarning {
  const joined = new Set<string>();
  let warned = false;
  return (key) => ({
    joined: () => {
      joined.add(key);
    },
    asked: () => {
      if (warned || joined.has(key)) return;
      warned = true;
      processWarning(
        'ELECTION_NOT_JOINED',
        `This process cannot lead "${key}": nothing has subscribed to its leadership$. ` +
          'Subscribe to leadership$ to contend.',
      );
    },
  });
}
