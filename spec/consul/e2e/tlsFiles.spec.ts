import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { consulSettings } from '../../../lib/config/consul/consulSettings.js';
import type { TlsOptions } from '../../../lib/config/model/options.js';
import { connectConsul } from '../../../lib/consul/consulFrom.js';
import { readRaftLeader } from '../../../lib/consul/status/readRaftLeader.js';
import { systemTime } from '../../../lib/ports/time.js';
import { agentFor } from '../../e2e/support/agentFor.js';
import { describeWithConsul } from '../../support/describeWithConsul.js';
import { consulAt, httpServer } from './httpServer.js';
import { outcome } from './outcome.js';

const someAddress: unknown = expect.stringMatching(/^127\.0\.0\.1:\d+$/);

describeWithConsul('files for TLS', () => {
  const agent = agentFor({ tls: { verifyIncoming: true } });
  const files = () => agent().certificates!;
  const client = () => ({ certFile: files().clientCertFile, keyFile: files().clientKeyFile });
  const consulWith = (tls: TlsOptions) => consulAt({ address: agent().httpsAddress!, tls });

  async function leaderBy(tls: TlsOptions): Promise<unknown> {
    const consul = consulWith(tls);
    const leader = await outcome(readRaftLeader(consul));
    consul.transport.close().subscribe();
    return leader;
  }

  it('can be a directory of authorities', async () => {
    const caPath = join(agent().folder, 'authorities');
    mkdirSync(join(caPath, 'none'), { recursive: true });
    copyFileSync(files().otherCaFile, join(caPath, 'other.pem'));
    copyFileSync(files().caFile, join(caPath, 'own.pem'));
    expect(await leaderBy({ caPath, ...client() })).toEqual(someAddress);
  });

  it('are read again after they were missing', async () => {
    const caFile = join(agent().folder, 'late-ca.pem');
    const consul = consulWith({ caFile, ...client() });
    const missing = { code: 'FILE_UNREADABLE', retryable: true, details: { path: caFile } };
    const both = [readRaftLeader(consul), readRaftLeader(consul)].map(outcome);
    expect(await Promise.all(both)).toMatchObject([missing, missing]);
    copyFileSync(files().caFile, caFile);
    expect(await outcome(readRaftLeader(consul))).toEqual(someAddress);
    consul.transport.close().subscribe();
  });

  it('of another authority are an error that says which options to check', async () => {
    const error = await leaderBy({ caFile: files().otherCaFile, ...client() });
    expect(error).toMatchObject({ code: 'TLS_FAILED', retryable: false });
    expect(String(error)).toMatch(
      /UNABLE_TO_VERIFY_LEAF_SIGNATURE.*Check the tls options: ca or caFile .* serverName/,
    );
  });

  it.each<[string, () => TlsOptions]>([
    ['a certificate that is none', () => ({ certFile: garbage(), keyFile: client().keyFile })],
    ['a key that is none', () => ({ certFile: client().certFile, keyFile: garbage() })],
    [
      'a key of another certificate',
      () => ({ certFile: client().certFile, keyFile: files().serverKeyFile }),
    ],
  ])('that are of no use are an error of TLS: %s', async (_, tls) => {
    const error = await leaderBy({ caFile: files().caFile, ...tls() });
    expect(error).toMatchObject({ code: 'TLS_FAILED', retryable: false });
    expect(String(error)).toContain('cert and key');
  });

  it('that hold a key are not quoted', async () => {
    const key = readFileSync(client().keyFile, 'utf8').split('\n')[1]!;
    const error = await leaderBy({ caFile: files().caFile, ...broken(key) });
    expect(error).toMatchObject({ code: 'TLS_FAILED' });
    expect(String(error)).not.toContain(key);
  });

  it('serve https on a unix socket too', async () => {
    const secure = createServer({
      cert: readFileSync(files().serverCertFile),
      key: readFileSync(files().serverKeyFile),
    });
    const at = join(agent().folder, 'https.sock');
    const server = await httpServer((_, response) => void response.end('"127.0.0.1:8300"'), {
      at,
      server: secure,
    });
    const leaderOver = async (caFile: string) => {
      const settings = consulSettings(
        { address: `unix://${at}`, tls: { caFile } },
        { CONSUL_HTTP_SSL: 'true' },
      );
      const consul = connectConsul(settings, { time: systemTime, requestTimeoutMs: 2_000 });
      const leader = await outcome(readRaftLeader(consul));
      consul.transport.close().subscribe();
      return leader;
    };
    expect(await leaderOver(files().caFile)).toBe('127.0.0.1:8300');
    expect(await leaderOver(files().otherCaFile)).toMatchObject({ code: 'TLS_FAILED' });
    await server.close();
  });

  /** A file that says that it is PEM, and is not. */
  function garbage(): string {
    const file = join(agent().folder, 'garbage.pem');
    writeFileSync(file, '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n');
    return file;
  }

  function broken(key: string): TlsOptions {
    const keyFile = join(agent().folder, 'broken-key.pem');
    writeFileSync(keyFile, `-----BEGIN EC PRIVATE KEY-----\n${key}\n`);
    return { certFile: client().certFile, keyFile };
  }
});
