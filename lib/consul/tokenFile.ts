import { readFile, stat } from 'node:fs/promises';
import { fileUnreadable } from './fileUnreadable.js';

/**
 * Reads a token from a file, and again whenever the file has changed, so that a rotated token needs
 * no restart. The file is looked at before each request, which costs a system call.
 */
export function tokenFile(path: string): () => Promise<string> {
  let known: { readonly version: string; readonly token: string } | undefined;
  return async () => {
    try {
      const { ino, mtimeMs, size } = await stat(path);
      const version = `${ino} ${mtimeMs} ${size}`;
      if (known?.version !== version) {
        known = { version, token: (await readFile(path, 'utf8')).trim() };
      }
    } catch (cause) {
      throw fileUnreadable(path, cause);
    }
    if (!/^[\x21-\x7e]+$/.test(known.token)) {
      throw fileUnreadable(path, new Error('it holds no token, or more than one line'));
    }
    return known.token;
  };
}
