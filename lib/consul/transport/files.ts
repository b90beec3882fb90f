import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PemSource, TlsSettings } from '../../config/model/settings.js';
import { electionError, type ElectionErrorOf } from '../../errors.js';
import { errorMessage } from './connectionFailure.js';

/** TLS settings as Node's `tls.connect` takes them. */
export interface TlsContext {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string[];
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
}

/** Reads the files that TLS settings name. */
export async function tlsContext(tls: TlsSettings): Promise<TlsContext> {
  const named = await Promise.all(tls.ca.map(pem));
  const ca = [...named, ...(tls.caPath === undefined ? [] : await directory(tls.caPath))];
  return {
    rejectUnauthorized: tls.verify,
    ...(ca.length > 0 && { ca }),
    ...(tls.cert && { cert: await pem(tls.cert) }),
    ...(tls.key && { key: await pem(tls.key) }),
    ...(tls.serverName !== undefined && { servername: tls.serverName }),
  };
}

const pem = (source: PemSource): Promise<string> =>
  source.kind === 'text' ? Promise.resolve(source.pem) : file(source.path);

const file = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw fileUnreadable(path, cause);
  });

async function directory(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
    throw fileUnreadable(path, cause);
  });
  const files = entries.filter((entry) => !entry.isDirectory());
  return Promise.all(files.map(({ name }) => file(join(path, name))));
}

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
      throw fileUnreadable(path, new Error('it contains no token, or more than one line'));
    }
    return known.token;
  };
}

/** The error of a file that the options name and that cannot be used. */
function fileUnreadable(path: string, cause: unknown): ElectionErrorOf<'FILE_UNREADABLE'> {
  return electionError('FILE_UNREADABLE', {
    message: `Cannot read the file ${path}: ${errorMessage(cause)}. Check its path in the options or CONSUL_ variables, its content and its permissions.`,
    details: { path },
    // Files are often replaced while a secret is rotated.
    retryable: true,
    cause,
  });
}
