/** Names that mean one option here. */
const meaning = (here: string, ...names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, `Here it is ${here}.`]));

const milliseconds = (option: string): string => `\`${option}\`, a number of milliseconds`;

/** What other clients call an option of an election, and what it is here. */
export const otherNames: Readonly<Record<string, string>> = {
  ...meaning(milliseconds('sessionTtlMs'), 'ttl', 'sessionTTL'),
  ...meaning(milliseconds('lockDelayMs'), 'lockDelay'),
  ...meaning(milliseconds('watchWaitMs'), 'wait', 'waitTime', 'readWait', 'lockWaitTime'),
  ...meaning(milliseconds('requestTimeoutMs'), 'timeout'),
  ...meaning(milliseconds('leaseMs'), 'leaseDuration'),
  ...meaning("part of `consul`: { address: 'http://host:8500' }", 'host', 'port', 'url', 'secure'),
  ...meaning('`consul.datacenter`', 'dc'),
  ...meaning('`consul.namespace`', 'ns'),
  ...meaning('`key`, or `sessionName` for the name of the session', 'name'),
  ...meaning('`metadata`, an object that JSON can hold', 'value', 'data'),
};

/** The same for the options of the way to Consul. */
export const otherConsulNames: Readonly<Record<string, string>> = {
  ...meaning("part of `address`: 'http://host:8500'", 'host', 'port', 'url', 'scheme', 'secure'),
  ...meaning('`datacenter`', 'dc'),
  ...meaning('`namespace`', 'ns'),
};
