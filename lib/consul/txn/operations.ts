/** Reads an entry. The transaction is refused where there is none. */
export interface GetOperation {
  /** Tells the operations apart. */
  readonly verb: 'get';
  /** The key to read. */
  readonly key: string;
}

/** Writes an entry, whether or not there is one. */
export interface SetOperation {
  /** Tells the operations apart. */
  readonly verb: 'set';
  /** The key to write. */
  readonly key: string;
  /** What the key is to say, as text. */
  readonly value: string;
  /** Unsigned 64 bits for the user's own purposes. Defaults to `0n`. */
  readonly flags?: bigint;
}

/** Writes an entry where it has not changed since it was read: check-and-set. */
export interface CasOperation {
  /** Tells the operations apart. */
  readonly verb: 'cas';
  /** The key to write. */
  readonly key: string;
  /** What the key is to say, as text. */
  readonly value: string;
  /** The entry's `modifyIndex` as it was read; 0 writes only where there is no entry. */
  readonly modifyIndex: number;
  /** Unsigned 64 bits for the user's own purposes. Defaults to `0n`. */
  readonly flags?: bigint;
}

/** Deletes an entry, if there is one. */
export interface DeleteOperation {
  /** Tells the operations apart. */
  readonly verb: 'delete';
  /** The key to delete. */
  readonly key: string;
}

/** Deletes an entry where it has not changed since it was read. */
export interface DeleteCasOperation {
  /** Tells the operations apart. */
  readonly verb: 'delete-cas';
  /** The key to delete. */
  readonly key: string;
  /** The entry's `modifyIndex` as it was read. */
  readonly modifyIndex: number;
}

/** Deletes every entry whose key begins with a prefix. */
export interface DeleteTreeOperation {
  /** Tells the operations apart. */
  readonly verb: 'delete-tree';
  /** How the keys begin; without a slash at its end, `jobs` means `jobs-old` too. */
  readonly prefix: string;
}

/** Demands that an entry has not changed since it was read. */
export interface CheckIndexOperation {
  /** Tells the operations apart. */
  readonly verb: 'check-index';
  /** The key that must not have changed. */
  readonly key: string;
  /** The entry's `modifyIndex` as it was read. */
  readonly modifyIndex: number;
}

/** Demands that there is no entry. */
export interface CheckNotExistsOperation {
  /** Tells the operations apart. */
  readonly verb: 'check-not-exists';
  /** The key that must not exist. */
  readonly key: string;
}

/**
 * One operation of a transaction, named as Consul names it.
 *
 * Source: https://developer.hashicorp.com/consul/api-docs/txn.
 */
export type KeyOperation =
  | GetOperation
  | SetOperation
  | CasOperation
  | DeleteOperation
  | DeleteCasOperation
  | DeleteTreeOperation
  | CheckIndexOperation
  | CheckNotExistsOperation;

const reading = new Set<KeyOperation['verb']>(['get', 'check-index', 'check-not-exists']);

/** Whether the operation leaves everything as it is. */
export const readsOnly = ({ verb }: KeyOperation): boolean => reading.has(verb);
