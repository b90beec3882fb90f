import type { Script } from './script.js';
import type { Harness } from './harness.js';

/** One fact about Consul, and how it shows. */
export interface Scenario {
  readonly name: string;
  /** Changes what the others rely on, so it runs after them. */
  readonly alone?: true;
  readonly script: (harness: Harness) => Script<unknown>;
}
