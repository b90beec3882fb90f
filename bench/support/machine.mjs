import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { consulBinary } from '../../scripts/consul.mjs';

/** What the figures of a run depend on besides the code. */
export function machine() {
  const parts = {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    load: loadavg()[0],
    node: process.version,
    consul: firstLine(consulBinary, ['version']),
    undici: versionOf('undici'),
    rxjs: versionOf('rxjs'),
  };
  const { cpu, cores, memoryGiB, node, consul, undici, rxjs, load } = parts;
  return {
    ...parts,
    summary:
      `${cpu}, ${cores} cores, ${memoryGiB} GiB; Linux ${parts.kernel}; Node ${node}, ${consul}, ` +
      `undici ${undici}, rxjs ${rxjs}; load ${load.toFixed(2)} at the start`,
  };
}

function firstLine(binary, args) {
  try {
    return execFileSync(binary(), args, { encoding: 'utf8' }).split('\n')[0];
  } catch {
    return 'no Consul';
  }
}

const versionOf = (name) =>
  JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url)))
    .version;
