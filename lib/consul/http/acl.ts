/** The path of a key's entry; its slashes stay, everything else that needs it is percent-encoded. */
export const keyPath = (key: string): string =>
  `/v1/kv/${key.split('/').map(encodeURIComponent).join('/')}`;

/** The ACL rule that reading or writing a key needs. */
export const keyRule = (key: string, policy: 'read' | 'write'): string =>
  `key "${key}" { policy = "${policy}" }`;

/** The ACL rule that reading or writing all keys under a prefix needs. */
export const prefixRule = (prefix: string, policy: 'read' | 'write'): string =>
  `key_prefix "${prefix}" { policy = "${policy}" }`;

/** The ACL rule that creating, renewing and destroying sessions needs. */
export const sessionRule = 'session "<node of the agent>" { policy = "write" }';

/** The ACL rule that registering, passing and de-registering a check of a service needs. */
export const serviceRule = (serviceName: string): string =>
  `service "${serviceName}" { policy = "write" }`;

/** The ACL rule that reading a session needs; without it Consul answers as if there were none. */
export const sessionReadRule = 'session "<node of the session>" { policy = "read" }';
