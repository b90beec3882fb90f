import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runNode, tarballForSpecs } from './tarball.js';

const esbuild = join(root, 'node_modules/esbuild/bin/esbuild');

describe('what a bundler takes of the package', () => {
  const tarball = tarballForSpecs();

  /** The code for a browser of a program that uses these, with everything in it but modules of Node. */
  function bundled(names: string, module = 'rxjs-leader-election'): string {
    const program = join(tarball.consumer, 'some.mjs');
    writeFileSync(program, `import { ${names} } from '${module}';\nconsole.log(${names});\n`);
    const how = ['--bundle', '--minify', '--format=esm', '--external:node:*', '--external:undici'];
    const { status, output } = runNode(
      tarball.consumer,
      esbuild,
      program,
      ...how,
      '--log-level=error',
    );
    expect(status).toBe(0);
    return output;
  }

  it('has no module of Node in it where the parts are composed without a transport of ours', () => {
    const code = bundled('session$, acquireLock, releaseLock, watchKey, retryWithBackoff');
    expect(code).not.toMatch(/["'](node:|undici)/);
    expect(bundled('leaderElection')).toMatch(/["']node:http["']/);
  });

  it('has no module of Node in it where Consul is simulated', () => {
    const code = bundled('simulatedConsul', 'rxjs-leader-election/testing');
    expect(code).not.toMatch(/["'](node:|undici)/);
  });

  it('is as good as nothing where next to nothing is used', () => {
    expect(bundled('isElectionError').length).toBeLessThan(2_000);
  });

  it('has no options in it where nobody gives any', () => {
    expect(bundled('explainTiming')).toContain('Give a whole number of milliseconds');
    expect(bundled('watchKey, passWhileLeading')).not.toContain(
      'Give a whole number of milliseconds',
    );
  });
});
