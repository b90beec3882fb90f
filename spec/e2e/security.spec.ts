import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describeWithConsul } from '../support/realConsul.js';
import { agentFor } from './support/agentFor.js';
import { expContender } from './support/childContender.js';
import { contest } from './support/contest.js';
import { expectOneAtATime } from './support/terms.js';
import { tokenFor } from './support/tokenFor.js';

describeWithConsul('a Consul that denies by default', () => {
  const agent = agentFor({ aclDefaultDeny: true });
  const minimal = (key: string, node: string) =>
    `key "${key}" { policy = "write" }\nsession "${node}" { policy = "write" }`;

  it('lets those lead who may write the key and make sessions on the node, and no more', async () => {
    const { address, nodeName } = agent();
    const race = contest(address);
    const token = await tokenFor(agent(), minimal(race.key, nodeName));
    const a = race.join('a', { consul: { address, token } });
    await a.until('Leader');
    await a.resign();
    expect(a.states.map(({ kind }) => kind)).toEqual(['Follower', 'Leader', 'Follower']);
  });

  it.each(['old', 'new'] as const)(
    'lets exp-leader-election lead by the same rules: %s',
    async (kind) => {
      const { nodeName, ports } = agent();
      const key = `locks/exp-${kind}`;
      const token = await tokenFor(agent(), minimal(key, nodeName));
      const consul = { host: '127.0.0.1', port: ports.http };
      const refused = expContender('refused', { key, consul }, { kind });
      expect(await refused.until('"Error"')).toMatch(
        /[Pp]ermission denied|forbidden|lacks the rule/,
      );
      await refused.kill();
      const one = expContender('one', { key, consul: { ...consul, token } }, { kind });
      await one.until('"Leader"');
      await one.kill();
    },
  );

  it('takes the token from a file', async () => {
    const { address, nodeName } = agent();
    const race = contest(address);
    const folder = mkdtempSync(join(tmpdir(), 'token-'));
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, `${await tokenFor(agent(), minimal(race.key, nodeName))}\n`);
    const a = race.join('a', { consul: { address, tokenFile } });
    await a.until('Leader');
    await race.end();
    expectOneAtATime(race.terms(), 1);
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['no token at all', () => '', /rule session "[^"]+" { policy = "write" }/],
    [
      'no session rule',
      (key: string) => `key "${key}" { policy = "write" }`,
      /rule session "[^"]+" { policy = "write" }/,
    ],
    [
      'no right to read the key',
      (_: string, node: string) => `session "${node}" { policy = "write" }`,
      /rule key "[^"]+" { policy = "read" }/,
    ],
    [
      'only the right to read the key',
      (key: string, node: string) =>
        `key "${key}" { policy = "read" }\nsession "${node}" { policy = "write" }`,
      /rule key "[^"]+" { policy = "write" }/,
    ],
  ])('names the rule that is missing: %s', async (_, rules, rule) => {
    const { address, nodeName } = agent();
    const race = contest(address);
    const needed = rules(race.key, nodeName);
    const token = needed === '' ? {} : { token: await tokenFor(agent(), needed) };
    const { error } = await race.join('a', { consul: { address, ...token } }).until('Error');
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', retryable: false });
    expect(error.message).toMatch(rule);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(token.token ?? '-none-');
    await race.end();
  });
});

describeWithConsul('a Consul behind TLS', () => {
  const agent = agentFor({ tls: true });

  it('is trusted with the right authority', async () => {
    const { httpsAddress, certificates } = agent();
    const race = contest(httpsAddress!);
    const tls = { caFile: certificates!.caFile };
    await race.join('a', { consul: { address: httpsAddress!, tls } }).until('Leader');
    await race.end();
    expectOneAtATime(race.terms(), 1);
  });

  it.each([
    ['with another authority', () => ({ caFile: agent().certificates!.otherCaFile })],
    ['with the authorities of the system', () => ({})],
  ])('is not trusted %s', async (_, tls) => {
    const address = agent().httpsAddress!;
    const race = contest(address);
    const { error } = await race.join('a', { consul: { address, tls: tls() } }).until('Error');
    expect(error).toMatchObject({ code: 'TLS_FAILED' });
    expect(error.message).toMatch(/ca or caFile/);
    await race.end();
  });
});

describeWithConsul('a Consul on a unix socket', () => {
  const agent = agentFor({ unixSocket: true });

  it('elects', async () => {
    const race = contest(agent().socketAddress!);
    await race.join('a').until('Leader');
    await race.end();
    expectOneAtATime(race.terms(), 1);
  });
});
