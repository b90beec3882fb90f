import type { KeyEntry } from './answers.js';
import type { ListedEntry } from './codecs.js';

/** An entry in this library's terms. */
export const entryOf = (entry: ListedEntry): KeyEntry => ({
  key: entry.Key,
  value: Buffer.from(entry.Value ?? '', 'base64').toString('utf8'),
  flags: entry.Flags,
  sessionId: entry.Session ?? undefined,
  createIndex: entry.CreateIndex,
  modifyIndex: entry.ModifyIndex,
  lockIndex: entry.LockIndex,
});
