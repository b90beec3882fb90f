/**
 * The flags that Go's lock writes and demands on a key, `LockFlagValue` of Consul's api package:
 * https://github.com/hashicorp/consul/blob/main/api/lock.go. The number is above 2^53, hence a bigint.
 */
export const goLockFlags = 0x2ddccbc058a50c18n;
