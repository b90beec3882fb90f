import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runNode, runShell } from './tarball.js';

interface Manifest {
  readonly version: string;
  readonly publishConfig: object;
}

describe('a release', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-'));
    for (const name of ['.changeset', 'CHANGELOG.md', 'package.json']) {
      cpSync(join(root, name), join(folder, name), { recursive: true });
    }
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const manifest = (): Manifest => JSON.parse(read('package.json')) as Manifest;

  it('makes of the changesets a version and its part of the changelog', () => {
    const fix =
      '---\n"rxjs-leader-election": patch\n---\n\nA fix, after which there is something to release.\n';
    writeFileSync(join(folder, '.changeset/fix.md'), fix);
    const changes = readdirSync(join(folder, '.changeset'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => read(join('.changeset', name)).split('---\n').at(-1)!.trim());
    const before = manifest().version;
    const changesets = join(root, 'node_modules/@changesets/cli/bin.js');
    const { status, output } = runNode(folder, changesets, 'version');
    expect(output).toContain('All files have been updated');
    expect(status).toBe(0);

    const { version } = manifest();
    expect(version).not.toBe(before);
    const changelog = read('CHANGELOG.md').replaceAll(/\s+/g, ' ');
    expect(changelog).toContain(` ## ${version} `);
    for (const change of changes) expect(changelog).toContain(change.replaceAll(/\s+/g, ' '));
  });

  it('publishes to everybody, with its provenance, and without a word of npm against it', () => {
    expect(manifest().publishConfig).toEqual({ access: 'public', provenance: true });
    // Nobody is asked: a dry run would look up the versions that are there.
    const registry = '--registry=http://127.0.0.1:9 --fetch-retries=0';
    const dryRun = `npm publish --dry-run --ignore-scripts ${registry}`;
    const { status, output } = runShell(root, dryRun);
    const warnings = output.split('\n').filter((line) => line.startsWith('npm warn'));
    expect(warnings).toEqual([expect.stringContaining('requires you to be logged in')]);
    expect(output).toContain('with tag latest and public access');
    expect(status).toBe(0);
  });
});
