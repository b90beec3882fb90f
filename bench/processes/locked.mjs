// What `consul lock` runs while it holds the lock: tells when it began, and ends when it is told or its
// parent is gone.
import { nowNs } from '../support/nowNs.mjs';

const atNs = nowNs();
process.stdout.write(`${JSON.stringify({ kind: 'Leader', atNs })}\n`);
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(), 100);
