import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemChance } from '../../lib/ports/chance.js';
import { describeWithConsul } from '../support/realConsul.js';
import { chaos } from './chaos.js';
import { violationsIn } from './checker.js';
import { reportOf } from './report.js';

const minutes = Number(process.env['CHAOS_MINUTES'] ?? 2);
const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(systemChance() * 1e9));
const json = process.env['CHAOS_JSON'];

jest.setTimeout((minutes * 2 + 10) * 60_000);

describeWithConsul('a real cluster under faults', () => {
  it(`has one leader at a time, and one again after each fault (seed ${seed})`, async () => {
    const history = await chaos({ minutes, seed });
    const violations = violationsIn(history);
    const report = { seed, minutes, ...reportOf(history), violations };
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(report)}\n`);
    if (violations.length > 0) keep(history);
    expect(report).toMatchObject({ violations: [] });
    // A run in which nothing happened shows nothing.
    expect(report.failovers).toBeGreaterThan(0);
    expect(report.writes).toBeGreaterThan(100);
    expect(report.fencedWrites).toBeGreaterThan(100);
  });
});

/** The whole history of a run that failed, to be read afterwards. */
function keep(history: unknown): void {
  const folder = join(__dirname, '../../.cache/chaos');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${seed}.json`), JSON.stringify(history, undefined, 1));
}
