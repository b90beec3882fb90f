import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a run of `.ci/run` has counted so far, for its last line. */
const file = fileURLToPath(new URL('../.cache/counts', import.meta.url));

/** The counts of a result of jest's. */
export function countsOf({
  numPassedTests,
  numFailedTests,
  numPendingTests,
  numRuntimeErrorTestSuites,
}) {
  return {
    passed: numPassedTests,
    // A suite that does not load has no tests to count, and has failed all the same.
    failed: numFailedTests + numRuntimeErrorTestSuites,
    skipped: numPendingTests,
  };
}

/** Counts as the one line that is read by others. */
export function printed({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Writes counts down as the first of a run. */
export function noteCounts(counts) {
  writeFileSync(file, `${printed(counts)}\n`);
}

/** Adds counts to those of the same run, if there are any. */
export function addCounts({ passed, failed, skipped }) {
  if (!existsSync(file)) return;
  const noted = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?/.exec(readFileSync(file, 'utf8'));
  const [, passedBefore, failedBefore, skippedBefore = 0] = noted;
  noteCounts({
    passed: Number(passedBefore) + passed,
    failed: Number(failedBefore) + failed,
    skipped: Number(skippedBefore) + skipped,
  });
}
