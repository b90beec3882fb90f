import { ConsulMissing, consulBinary } from './consul.mjs';
import { nginxBinary, NginxMissing } from './nginx.mjs';

/**
 * Tells the specs by way of the environment which Consul and which nginx to use: `CONSUL_BIN` and
 * `NGINX_BIN`, or `CONSUL_MISSING` and `NGINX_MISSING` with the reason why there is none. With `CI=true` a
 * missing one is an error.
 */
export default function provideServers() {
  provide('CONSUL', consulBinary, ConsulMissing);
  provide('NGINX', nginxBinary, NginxMissing);
}

function provide(name, find, Missing) {
  if (process.env[`${name}_MISSING`]) return;
  try {
    process.env[`${name}_BIN`] = find();
  } catch (error) {
    if (!(error instanceof Missing) || process.env.CI === 'true') throw error;
    delete process.env[`${name}_BIN`];
    process.env[`${name}_MISSING`] = error.reason;
  }
}
