import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { msBetween, nowNs } from '../support/nowNs.mjs';
import { median } from '../support/statistics.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a process imports, and then ends. */
const programs = {
  'rxjs and undici': "import 'rxjs'; import 'undici';",
  'rxjs-leader-election': "import 'rxjs-leader-election';",
  nothing: '',
};

/** Whole processes, one after the other, so that whatever disturbs the machine disturbs all. */
export const importTime = {
  name: 'import',
  title: 'Import, as the time of a whole process',
  runs: 40,
  run: async ({ runs, progress }) => {
    const names = Object.keys(programs);
    const samples = Object.fromEntries(names.map((name) => [name, []]));
    for (let run = -2; run < runs; run += 1) {
      for (const name of names) {
        const tookMs = timed(programs[name]);
        if (run >= 0) samples[name].push(tookMs);
      }
      progress(run + 1, runs);
    }
    const [base, ours, nothing] = names.map((name) => median(samples[name]));
    return {
      samples,
      figures: [
        { name: 'rxjs and undici, median', value: base, unit: 'ms' },
        { name: 'rxjs-leader-election, median', value: ours, unit: 'ms' },
        { name: 'ratio of the two', value: ours / base, unit: 'x', most: 1.5 },
        {
          name: 'ratio without the start of Node',
          value: (ours - nothing) / (base - nothing),
          unit: 'x',
        },
      ],
    };
  },
};

function timed(program) {
  const fromNs = nowNs();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return msBetween(fromNs, nowNs());
}
