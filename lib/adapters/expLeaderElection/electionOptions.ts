import type { Environment } from '../../config/decoding/environment.js';
import type { ConsulOptions, ElectionOptions } from '../../config/model/options.js';
import { timingLimits } from '../../config/timing/timingLimits.js';
import type { ExpConsulOptions, ExpLeaderElectionOptions } from './options.js';
import { isUnset } from './optionsCodec.js';

/** What the old package took where nothing was said: Consul's own address, and timings in seconds. */
const defaults = { host: '127.0.0.1', port: 8500, ttl: 15, lockDelay: 10, readWait: 180 };

/**
 * The old package also took a lock-delay of 0, which leaves no time in which leadership is safe. This
 * is the shortest one whose lease survives a hiccup of a busy machine.
 */
const minLockDelayMs = 2_000;

/** Options that name the address of Consul. */
interface TranslatedOptions extends ElectionOptions {
  readonly consul: ConsulOptions & { readonly address: string };
}

/** The options of an election that contends with those of the old package: the same key, no flags. */
export function electionOptionsOf({
  key,
  consul = {},
}: ExpLeaderElectionOptions): TranslatedOptions {
  const {
    ttl = defaults.ttl,
    lockDelay = defaults.lockDelay,
    readWait = defaults.readWait,
  } = consul;
  const { lockDelayMs, watchWaitMs } = timingLimits;
  return {
    key,
    lockFlags: 0n,
    consul: {
      address: addressOf(consul),
      ...(isUnset(consul.token) ? {} : { token: consul.token }),
    },
    sessionTtlMs: msOf(ttl),
    lockDelayMs: within(minLockDelayMs, lockDelayMs.max, msOf(lockDelay)),
    watchWaitMs: within(watchWaitMs.min, watchWaitMs.max, msOf(readWait)),
  };
}

/**
 * The variables that are heeded. The old package knew none, and where one of them named another
 * Consul, another namespace or another token, the old and the new processes of a service would
 * contend in different places. Those of TLS are new as `secure` is, and lead nowhere else.
 */
export function usedVariables(environment: Environment): Environment {
  const names = [
    ...['CONSUL_CACERT', 'CONSUL_CAPATH', 'CONSUL_CLIENT_CERT', 'CONSUL_CLIENT_KEY'],
    ...['CONSUL_TLS_SERVER_NAME', 'CONSUL_HTTP_SSL_VERIFY'],
  ];
  return Object.fromEntries(names.map((name) => [name, environment[name]]));
}

function addressOf({ host, port, secure = false }: ExpConsulOptions): string {
  const scheme = secure ? 'https' : 'http';
  return `${scheme}://${isUnset(host) ? defaults.host : host}:${isUnset(port) ? defaults.port : port}`;
}

const msOf = (seconds: number | string): number => Math.round(Number(seconds) * 1_000);

const within = (min: number, max: number, value: number): number =>
  Math.min(max, Math.max(min, value));
