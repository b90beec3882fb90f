import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PemSource, TlsSettings } from '../config/settings.js';
import { fileUnreadable } from './fileUnreadable.js';

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
