import { ConsulMissing, consulBinary } from './consul.mjs';

/**
 * Tells the specs by way of the environment which Consul to use: `CONSUL_BIN`, or `CONSUL_MISSING`
 * with the reason why there is none. With `CI=true` a missing Consul is an error.
 */
export default function provideConsul() {
  if (process.env.CONSUL_MISSING) return;
  try {
    process.env.CONSUL_BIN = consulBinary();
  } catch (error) {
    if (!(error instanceof ConsulMissing) || process.env.CI === 'true') throw error;
    delete process.env.CONSUL_BIN;
    process.env.CONSUL_MISSING = error.reason;
  }
}
