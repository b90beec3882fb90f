import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { root } from './tarball.js';

/** A package as a registry describes it; npm wants to know it once something is found. */
const described = JSON.stringify({
  ...{ name: 'undici', 'dist-tags': { latest: '7.30.2' } },
  versions: { '7.30.2': { name: 'undici', version: '7.30.2', dist: {} } },
});

const finding = JSON.stringify({
  undici: [
    { id: 1, url: 'advisory', title: 'a leak', severity: 'high', vulnerable_versions: '>=7.0.0' },
  ],
});

describe('npm run audit:production', () => {
  let registry: Server;
  let answer: { readonly status: number; readonly body: string };

  beforeAll(async () => {
    registry = createServer((request, response) => {
      const { status, body } =
        request.method === 'POST' ? answer : { status: 200, body: described };
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    registry.listen(0, '127.0.0.1');
    await once(registry, 'listening');
  });

  afterAll(() => {
    registry.closeAllConnections();
    registry.close();
  });

  async function audited() {
    const { port } = registry.address() as AddressInfo;
    const child = spawn(process.execPath, ['scripts/audit.mjs'], {
      cwd: root,
      env: {
        ...process.env,
        npm_config_registry: `http://127.0.0.1:${port}`,
        npm_config_fetch_retries: '0',
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (output += String(chunk)));
    }
    await once(child, 'close');
    return { status: child.exitCode, output: output.trim().split('\n') };
  }

  it('passes where nothing is known', async () => {
    answer = { status: 200, body: '{}' };
    const output = ['0 known vulnerabilities in what is shipped.'];
    expect(await audited()).toEqual({ status: 0, output });
  });

  it('fails for a finding, and names it', async () => {
    answer = { status: 200, body: finding };
    const { status, output } = await audited();
    expect(output.sort()).toEqual([
      '1 known vulnerabilities in what is shipped.',
      'undici *: high',
    ]);
    expect(status).toBe(1);
  });

  it('says so where the registry does not tell, and passes', async () => {
    answer = { status: 405, body: '{}' };
    const { status, output } = await audited();
    expect(output).toEqual([expect.stringMatching(/^Not audited: 405 Method Not Allowed/)]);
    expect(status).toBe(0);
  });
});
