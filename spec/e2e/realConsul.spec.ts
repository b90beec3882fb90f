import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  concatMap,
  defer,
  firstValueFrom,
  fromEvent,
  lastValueFrom,
  retry,
  take,
  timer,
} from 'rxjs';
import {
  describeWithConsul,
  realConsul,
  type RealConsul,
  type RealConsulOptions,
} from '../support/realConsul.js';

/** Runs `use` with an agent of its own; the agent is gone afterwards. */
function withConsul<T>(
  options: RealConsulOptions,
  use: (agent: RealConsul) => Promise<T>,
): Promise<T | undefined> {
  const used$ = realConsul(options).pipe(concatMap(use), take(1));
  return firstValueFrom(used$, { defaultValue: undefined });
}

async function answer(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1_000), ...init });
  return `${response.status} ${(await response.text()).trim()}`;
}

const write = (url: string) => answer(url, { method: 'PUT', body: 'value' });

/** The status of an answer over a unix socket or TLS. */
function status(options: RequestOptions & { ca?: Buffer }): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    (options.ca === undefined ? request : secureRequest)(options, (response) => {
      response.resume().once('end', () => {
        resolve(response.statusCode);
      });
    })
      .once('error', reject)
      .end();
  });
}

/** Whether a process runs, and is no zombie that waits for its parent. */
function isAlive(pid: number): boolean {
  const file = `/proc/${pid}/status`;
  return existsSync(file) && !/^State:\s+Z/m.test(readFileSync(file, 'utf8'));
}

/** Resolves once both are gone. */
function gone(pid: number, folder: string): Promise<boolean> {
  const check$ = defer(async () => {
    if (isAlive(pid) || existsSync(folder)) throw new Error(`${pid} or ${folder} is still there.`);
    return Promise.resolve(true);
  });
  const gone$ = check$.pipe(retry({ count: 200, delay: () => timer(50) }));
  return firstValueFrom(gone$, { defaultValue: false });
}

describeWithConsul('realConsul', () => {
  it('starts an agent that takes writes, and leaves neither process nor folder behind', async () => {
    const left = await withConsul({}, async ({ address, pid, folder }) => {
      expect(await write(`${address}/v1/kv/probe`)).toBe('200 true');
      return { pid: pid(), folder };
    });
    expect(left).toBeDefined();
    expect(await gone(left!.pid, left!.folder)).toBe(true);
  });

  it('keeps the data of a server that is killed and restarted on the same ports', async () => {
    expect.assertions(4);
    await withConsul({ mode: 'server' }, async ({ address, pid, kill, restart }) => {
      const before = pid();
      expect(await write(`${address}/v1/kv/kept`)).toBe('200 true');
      await lastValueFrom(kill(), { defaultValue: undefined });
      await expect(answer(`${address}/v1/kv/kept?raw`)).rejects.toThrow('fetch failed');
      await lastValueFrom(restart(), { defaultValue: undefined });
      expect(await answer(`${address}/v1/kv/kept?raw`)).toBe('200 value');
      expect(pid()).not.toBe(before);
    });
  });

  it('freezes an agent, which answers nothing until it is resumed', async () => {
    expect.assertions(2);
    await withConsul({}, async ({ address, freeze, resume }) => {
      await lastValueFrom(freeze(), { defaultValue: undefined });
      await expect(answer(`${address}/v1/status/leader`)).rejects.toThrow('timeout');
      resume();
      expect(await answer(`${address}/v1/status/leader`)).toMatch(/^200 "127/);
    });
  });

  it('denies what no token allows', async () => {
    expect.assertions(2);
    await withConsul({ aclDefaultDeny: true }, async ({ address, managementToken }) => {
      const url = `${address}/v1/kv/probe`;
      expect(await write(url)).toBe('403 Permission denied');
      const headers = { 'X-Consul-Token': managementToken! };
      expect(await answer(url, { method: 'PUT', body: 'value', headers })).toBe('200 true');
    });
  });

  it('serves https with a certificate that only its own authority vouches for', async () => {
    expect.assertions(2);
    await withConsul({ tls: true }, async ({ ports, certificates }) => {
      const path = '/v1/status/leader';
      const to = { host: '127.0.0.1', port: ports.https, path };
      expect(await status({ ...to, ca: readFileSync(certificates!.caFile) })).toBe(200);
      await expect(
        status({ ...to, ca: readFileSync(certificates!.otherCaFile) }),
      ).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    });
  });

  it('serves a unix socket', async () => {
    expect.assertions(1);
    await withConsul({ unixSocket: true }, async ({ socketAddress }) => {
      const socketPath = socketAddress!.replace('unix://', '');
      expect(await status({ socketPath, path: '/v1/status/leader' })).toBe(200);
    });
  });

  it('joins a server to another, which stays the raft leader', async () => {
    expect.assertions(1);
    await withConsul({ mode: 'server' }, (one) =>
      withConsul({ mode: 'server', join: [one] }, async (two) => {
        const leader = await answer(`${two.address}/v1/status/leader`);
        expect(leader).toBe(`200 "127.0.0.1:${one.ports.server}"`);
      }),
    );
  });

  it('says what the agent said when it does not start', async () => {
    const start = withConsul({ config: { no_such_setting: true } }, () => Promise.resolve());
    await expect(start).rejects.toThrow(/no_such_setting/);
  });

  it('takes its agent along when the process that started it is killed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'leash-'));
    const program = `
      const source = require('@swc/core').transformFileSync('spec/support/leash.ts', {
        swcrc: false, jsc: { parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } });
      const leashModule = { exports: {} };
      new Function('require', 'exports', source.code)(require, leashModule.exports);
      const child = require('node:child_process').spawn('sleep', ['600']);
      leashModule.exports.leash(child.pid, ${JSON.stringify(folder)});
      console.log(child.pid);`;
    const owner = spawn(process.execPath, ['-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output = await firstValueFrom(fromEvent(owner.stdout, 'data'), { defaultValue: '' });
    const pid = Number(String(output));
    expect(isAlive(pid)).toBe(true);
    owner.kill('SIGKILL');
    expect(await gone(pid, folder)).toBe(true);
  });
});
