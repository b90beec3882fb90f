import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../lib/config/model/json.js';
import { agentConfig, type AgentSetup } from './agentConfig.js';

/** Writes the configuration files and returns the arguments of `consul agent`. Later files win. */
export function agentArguments(setup: AgentSetup, more: JsonObject = {}): readonly string[] {
  const files = [agentConfig(setup), more].map((config, at) => {
    const file = join(setup.folder, `agent-${at}.json`);
    writeFileSync(file, JSON.stringify(config));
    return file;
  });
  return [
    ...(setup.mode === 'dev' ? ['-dev'] : []),
    ...files.map((file) => `-config-file=${file}`),
  ];
}
