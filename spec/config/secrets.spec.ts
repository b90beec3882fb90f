import fc from 'fast-check';
import { electionSettings } from '../../lib/config/electionSettings.js';

type Plant = (secret: string) => readonly [options: object, environment: Record<string, string>];

const inConsul =
  (make: (secret: string) => object): Plant =>
  (secret) => [{ consul: make(secret) }, {}];

const inVariable =
  (name: string, make: (secret: string) => string): Plant =>
  (secret) => [{}, { [name]: make(secret) }];

/** Every place where a secret may stand, and the mistakes that come with it. */
const plants: readonly Plant[] = [
  inConsul((token) => ({ token })),
  inConsul((token) => ({ token: `${token}\n` })),
  inConsul((token) => ({ token, tokenFile: 'f' })),
  inConsul((token) => ({ token: { token } })),
  inConsul((token) => ({ token: [token] })),
  inConsul((token) => ({ tokn: token })),
  inConsul((token) => ({ tokenFile: `${token}\n` })),
  inConsul((auth) => ({ auth: `user:${auth}\n` })),
  inConsul((auth) => ({ auth: { auth } })),
  inConsul((secret) => ({ address: `http://user:${secret}@consul` })),
  inConsul((secret) => ({ address: `user:${secret}@consul:8500` })),
  inConsul((secret) => ({ address: `${secret}@x://consul` })),
  inConsul((secret) => ({ address: `tcp://${secret}@consul` })),
  inConsul((secret) => ({ address: `unix://user:${secret}@consul` })),
  inConsul((secret) => ({ address: `http://consul/?token=${secret}` })),
  inConsul((key) => ({ address: 'https://c', tls: { key } })),
  inConsul((key) => ({ address: 'https://c', tls: { keyFile: `-----BEGIN KEY\n${key}` } })),
  inConsul((key) => ({ tls: { key: `-----BEGIN KEY\n${key}`, keyFile: 'f' } })),
  inConsul((key) => ({ tls: key })),
  (secret) => [{ consul: secret }, {}],
  (token) => [{ token }, {}],
  (secret) => [{ metadata: { password: [secret, 1n] } }, {}],
  (secret) => [{ metadata: secret }, {}],
  inVariable('CONSUL_HTTP_TOKEN', (token) => `${token}\r\n`),
  inVariable('CONSUL_HTTP_TOKEN_FILE', (token) => `${token}\n`),
  inVariable('CONSUL_HTTP_AUTH', (auth) => `user:${auth}\n`),
  inVariable('CONSUL_HTTP_ADDR', (secret) => `https://user:${secret}@consul`),
  inVariable('CONSUL_HTTP_ADDR', (secret) => `user:${secret}@consul`),
  inVariable('CONSUL_CLIENT_KEY', (key) => `-----BEGIN KEY\n${key}`),
];

/** Everything an error may print: message, JSON, own properties, and what inspection would show. */
const printed = (options: object, environment: Record<string, string>): string => {
  try {
    // A second mistake makes sure that there is an error to look at, whatever the secret is.
    electionSettings({ key: '/wrong', ...options }, environment);
    return 'nothing was thrown';
  } catch (error) {
    const { message, stack, cause } = error as Error;
    return [message, stack, JSON.stringify(error), JSON.stringify(cause)].join('\n');
  }
};

// Capital letters and digits of that length do not occur in a message by chance.
const secrets = fc.stringMatching(/^[A-Z0-9!$%&()*+/:;<=>@[^|~-]{16,60}$/);

describe('a secret', () => {
  it('never appears in the error, wherever it was given', () => {
    fc.assert(
      fc.property(secrets, fc.constantFrom(...plants), (secret, plant) => {
        const text = printed(...plant(secret));
        expect(text).toContain('/wrong');
        expect(text).not.toContain(secret);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never appears when it stands in several places at once', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const options = { consul: { token: secret, tokenFile: 'f', address: `x://u:${secret}@h` } };
        const environment = { CONSUL_HTTP_TOKEN: `${secret}\n`, CONSUL_HTTP_AUTH: `${secret}\n` };
        expect(printed(options, environment)).not.toContain(secret);
      }),
    );
  });
});
