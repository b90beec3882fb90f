import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReplaySubject, type Subscription } from 'rxjs';
import { embeddedConsul, type EmbeddedConsul } from '../../lib/testing/index.js';
import { first } from '../e2e/support/contest.js';
import { talkingProcess } from '../e2e/support/talkingProcess.js';
import { root, runNode, tarballForSpecs } from '../package/tarball.js';

const program = join(root, 'spec/toolchains/bundlers/bundle.mjs');

describe('a service in one file', () => {
  let consul: EmbeddedConsul;
  let listening: Subscription;
  const tarball = tarballForSpecs();

  beforeEach(async () => {
    const consul$ = new ReplaySubject<EmbeddedConsul>(1);
    listening = embeddedConsul().subscribe(consul$);
    consul = await first(consul$);
  });

  afterEach(() => {
    listening.unsubscribe();
  });

  /** Bundles it, and takes the file to where there is nothing else. */
  function bundled(way: string, entry: string, kind: string): string {
    const file = join(tarball.consumer, 'bundles', way, `service.${kind}`);
    const { status, output } = runNode(
      tarball.consumer,
      program,
      way,
      join(tarball.consumer, entry),
      file,
    );
    expect({ status, output }).toEqual({ status: 0, output: '' });
    const alone = join(mkdtempSync(join(tarball.folder, 'alone-')), `service.${kind}`);
    copyFileSync(file, alone);
    return alone;
  }

  const start = (file: string) =>
    talkingProcess(process.execPath, [file], { CONSUL_HTTP_ADDR: consul.address });

  /** One leads, another one follows, and leads at once when the first is told to end. */
  async function expectHandover(file: string): Promise<void> {
    const leader = start(file);
    await leader.until('working: 0');
    const follower = start(file);
    await follower.until('Follower');
    leader.child.kill('SIGTERM');
    expect(await leader.gone).toEqual({ code: 0, stderr: '' });
    await follower.until('working: 0');
    follower.child.kill('SIGTERM');
    expect(await follower.gone).toEqual({ code: 0, stderr: '' });
    // Given back, not only forgotten: no lock-delay kept the next leader waiting.
    const { requests } = consul.consul;
    expect(requests.filter(({ verbs }) => verbs?.includes('unlock'))).toHaveLength(2);
  }

  it.each([
    ['esbuild-cjs', 'service.mjs', 'cjs'],
    ['esbuild-cjs', 'service.cjs', 'cjs'],
    ['esbuild-esm', 'service.mjs', 'mjs'],
    ['rollup', 'service.mjs', 'mjs'],
    ['webpack', 'service.mjs', 'cjs'],
    ['vite', 'service.mjs', 'mjs'],
  ])('by %s from %s to .%s leads, hands over, and has no undici in it', async (...how) => {
    const file = bundled(...how);
    expect(readFileSync(file, 'utf8')).not.toContain('undici:');
    await expectHandover(file);
  });

  it('by ncc, which takes what Node takes, leads and hands over', async () => {
    await expectHandover(bundled('ncc', 'service.mjs', 'mjs'));
  });
});
