import type { DetectorOptions } from './options.js';
import type { Detector } from './settings.js';

/** How Consul learns of a crash when nothing else is asked for. */
export const defaultDetector: Detector = { kind: 'sessionTtl' };

const defaultServiceName = 'rxjs-leader-election';

/** Completes what was given of a detector. */
export function resolveDetector(options: DetectorOptions): Detector {
  if (options.kind === 'sessionTtl') return { kind: 'sessionTtl' };
  const { kind, checkTtlMs, passIntervalMs, serfHealth, serviceName } = options;
  return {
    kind,
    checkTtlMs,
    // A pass that is lost still leaves time for its timeout, a pause and another one.
    passIntervalMs: passIntervalMs ?? Math.floor(checkTtlMs / 4),
    serfHealth: serfHealth ?? true,
    serviceName: serviceName ?? defaultServiceName,
  };
}
