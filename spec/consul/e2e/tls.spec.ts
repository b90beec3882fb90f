import { readFileSync } from 'node:fs';
import type { TlsOptions } from '../../../lib/config/model/options.js';
import { readRaftLeader } from '../../../lib/consul/status/readRaftLeader.js';
import { agentFor } from '../../e2e/support/agentFor.js';
import { describeWithConsul, type RealConsul } from '../../support/realConsul.js';
import { consulAt } from './httpServer.js';
import { outcome } from './outcome.js';

type Certificates = NonNullable<RealConsul['certificates']>;

async function leaderBy(agent: RealConsul, tls: TlsOptions): Promise<unknown> {
  const consul = consulAt({ address: agent.httpsAddress!, tls });
  const leader = await outcome(readRaftLeader(consul));
  consul.transport.close().subscribe();
  return leader;
}

const someAddress: unknown = expect.stringMatching(/^127\.0\.0\.1:\d+$/);
const refusal: unknown = expect.objectContaining({ code: 'TLS_FAILED', retryable: false });

describeWithConsul('TLS to a real Consul', () => {
  const agent = agentFor({ tls: true });

  it.each<[string, (files: Certificates) => TlsOptions, unknown]>([
    ['the authority as a file', ({ caFile }) => ({ caFile }), someAddress],
    ['the authority as text', ({ caFile }) => ({ ca: readFileSync(caFile, 'utf8') }), someAddress],
    [
      'a name that the certificate has',
      ({ caFile, serverName }) => ({ caFile, serverName }),
      someAddress,
    ],
    ['no verification', () => ({ verify: false }), someAddress],
    ['a name that it has not', ({ caFile }) => ({ caFile, serverName: 'elsewhere' }), refusal],
    ['another authority', ({ otherCaFile }) => ({ caFile: otherCaFile }), refusal],
    ['the authorities of the system', () => ({}), refusal],
    [
      'a file that is not there',
      () => ({ caFile: '/no/such/ca.pem' }),
      expect.objectContaining({ code: 'FILE_UNREADABLE', details: { path: '/no/such/ca.pem' } }),
    ],
  ])('with %s', async (_, tls, expected) => {
    expect(await leaderBy(agent(), tls(agent().certificates!))).toEqual(expected);
  });
});

describeWithConsul('TLS to a Consul that asks for a certificate', () => {
  const agent = agentFor({ tls: { verifyIncoming: true } });

  it('with one', async () => {
    const { caFile, clientCertFile, clientKeyFile } = agent().certificates!;
    const tls = { caFile, certFile: clientCertFile, keyFile: clientKeyFile };
    expect(await leaderBy(agent(), tls)).toEqual(someAddress);
  });

  it('without one', async () => {
    const { caFile } = agent().certificates!;
    const error = await leaderBy(agent(), { caFile });
    // Which of the two it is depends on when the agent hangs up.
    expect(['TLS_FAILED', 'CONNECTION_FAILED']).toContain((error as { code: string }).code);
    expect(String(error)).toMatch(/client certificate/);
  });
});
