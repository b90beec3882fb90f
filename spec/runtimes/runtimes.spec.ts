import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsulOptions } from '../../lib/index.js';
import { agentFor } from '../e2e/support/agentFor.js';
import { talkingProcess, type TalkingProcess } from '../e2e/support/talkingProcess.js';
import { tokenFor } from '../e2e/support/tokenFor.js';
import { root, tarballForSpecs } from '../package/tarball.js';
import { describeWithConsul } from '../support/realConsul.js';

interface Runtime {
  readonly name: string;
  /** What runs a program, without the program. */
  readonly command: readonly [string, ...string[]];
}

/** Those that `npm run runtimes` has found. */
const runtimes = JSON.parse(process.env['RUNTIMES']!) as readonly Runtime[];

const ended = { code: 0, stderr: '' };

/** The first line with these words; an error if the process ends without one. */
const said = ({ until, gone }: TalkingProcess, words: string): Promise<string> =>
  Promise.race([
    until(words),
    gone.then(({ code, stderr }) => {
      throw new Error(`It ended with ${code} and without a word of ${words}: ${stderr}`);
    }),
  ]);

jest.setTimeout(60_000);

describeWithConsul('the packed tarball', () => {
  const agent = agentFor({ tls: { verifyIncoming: true }, aclDefaultDeny: true });
  const tarball = tarballForSpecs();

  beforeAll(() => {
    cpSync(join(root, 'spec/runtimes/processes'), tarball.consumer, { recursive: true });
  });

  describe.each(runtimes)('on $name', ({ name, command: [binary, ...args] }) => {
    const running: TalkingProcess[] = [];

    afterEach(async () => {
      const left = running.splice(0);
      for (const { child } of left) child.kill('SIGKILL');
      await Promise.all(left.map(({ gone }) => gone));
    });

    const keyOf = (what: string) => `runtimes/${name.replaceAll(' ', '-')}/${what}`;

    function start(program: string, options: object): TalkingProcess {
      const environment = {
        HOME: tarball.folder,
        DENO_NO_UPDATE_CHECK: '1',
        DENO_DIR: join(tarball.folder, 'deno'),
      };
      const argument = JSON.stringify(options);
      const started = talkingProcess(
        binary,
        [...args, join(tarball.consumer, program), argument],
        environment,
      );
      running.push(started);
      return started;
    }

    const contender = (key: string, consul: ConsulOptions, more: object = {}) =>
      start('contender.mjs', { key, consul: { ...token(), ...consul }, ...more });

    const token = () => ({ token: agent().managementToken! });
    const plain = () => ({ address: agent().address });

    it('elects', async () => {
      const key = keyOf('elect');
      const leader = contender(key, plain());
      expect(await said(leader, 'Leader')).toMatch(/^Leader \d+$/);
      const follower = contender(key, plain());
      expect(await said(follower, 'Follower')).toMatch(/^Follower [0-9a-f-]{36}$/);
    });

    it('is woken by a long poll', async () => {
      const key = keyOf('poll');
      const put = async (body: string) => {
        const headers = { 'X-Consul-Token': agent().managementToken! };
        await fetch(`${agent().address}/v1/kv/${key}`, { method: 'PUT', body, headers });
      };
      await put('before');
      const watcher = start('watcher.mjs', { key, consul: { ...token(), ...plain() } });
      await said(watcher, 'before by 0 long polls');
      await put('after');
      await said(watcher, 'after by 1 long polls');
      expect(await watcher.gone).toEqual(ended);
    });

    it('hands over', async () => {
      const key = keyOf('handover');
      const leader = contender(key, plain());
      await said(leader, 'Leader');
      const follower = contender(key, plain());
      await said(follower, 'Follower');
      leader.child.kill('SIGTERM');
      expect(await leader.gone).toEqual(ended);
      await said(follower, 'Leader');
      follower.child.kill('SIGTERM');
      expect(await follower.gone).toEqual(ended);
    });

    it('speaks TLS', async () => {
      const { caFile, clientCertFile, clientKeyFile, serverName, otherCaFile } =
        agent().certificates!;
      const address = agent().httpsAddress!;
      const tls = { caFile, certFile: clientCertFile, keyFile: clientKeyFile, serverName };
      const leader = contender(keyOf('tls'), { address, tls });
      expect(await said(leader, 'Leader')).toMatch(/^Leader \d+$/);
      const misled = contender(keyOf('tls'), { address, tls: { ...tls, caFile: otherCaFile } });
      await said(misled, 'Error TLS_FAILED');
      const elsewhere = contender(keyOf('tls'), { address, tls: { ...tls, serverName: 'other' } });
      await said(elsewhere, 'Error TLS_FAILED');
    });

    it('takes tokens from a file', async () => {
      const key = keyOf('token');
      const tokenFile = join(mkdtempSync(join(tarball.folder, 'token-')), 'token');
      writeFileSync(tokenFile, '00000000-0000-0000-0000-000000000000\n');
      const consul = { ...plain(), tokenFile };
      const leader = start('contender.mjs', { key, consul, retry: { initialDelayMs: 50 } });
      await said(leader, 'Error TOKEN_UNKNOWN');
      const rules = `key "${key}" { policy = "write" }\nsession "${agent().nodeName}" { policy = "write" }`;
      writeFileSync(tokenFile, `${await tokenFor(agent(), rules)}\n`);
      expect(await said(leader, 'Leader')).toMatch(/^Leader \d+$/);
    });

    it('resigns, and ends', async () => {
      const leader = contender(keyOf('resign'), plain(), { resigns: true });
      await said(leader, 'resigned');
      expect(await leader.gone).toEqual(ended);
    });
  });
});
