import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

jest.setTimeout(600_000);

const program = join(__dirname, '../../scripts/simulate.mjs');

/** Runs the simulation as its users do, on the built package. */
async function simulate(
  ...args: readonly string[]
): Promise<{ code: number; output: string; result: unknown }> {
  const folder = mkdtempSync(join(tmpdir(), 'simulation-'));
  const json = join(folder, 'result.json');
  const child = spawn(process.execPath, [program, ...args, '--json', json]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (output += String(chunk)));
  }
  const [code] = (await once(child, 'close')) as [number];
  const result: unknown = JSON.parse(readFileSync(json, 'utf8'));
  rmSync(folder, { recursive: true });
  return { code, output, result };
}

describe('simulated worlds', () => {
  it('break no rule in 60 seeds', async () => {
    const { code, output, result } = await simulate('--seeds', '60');
    // What broke, with its seed and its shortest story, is in the output.
    expect([code, output]).toEqual([0, output]);
    expect(result).toMatchObject({ seeds: 60, failures: [] });
  });

  it('catch each broken election within its number of seeds', async () => {
    const { code, output, result } = await simulate('--mutants');
    expect([code, output]).toEqual([0, output]);
    expect((result as unknown[]).length).toBeGreaterThanOrEqual(25);
  });

  it('come to the same however many threads play them', async () => {
    const [one, two] = await Promise.all(
      ['1', '2'].map((workers) => simulate('--seeds', '12', '--workers', workers)),
    );
    expect({ ...(one?.result as object), minutes: 0 }).toEqual({
      ...(two?.result as object),
      minutes: 0,
    });
  });

  it('are the same again for the same seed', async () => {
    const one = await simulate('--seed', '40');
    const other = await simulate('--seed', '40');
    expect(one.output).toBe(other.output);
    expect(one.output.split('\n').length).toBeGreaterThan(20);
  });
});
