// Asks the registry for known vulnerabilities of what is shipped. A finding fails; a registry that does
// not answer the question does not, and is told.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  encoding: 'utf8',
});

function reportOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const report = reportOf(stdout);
if (report.vulnerabilities === undefined) {
  // Without the address, which is the business of whoever has set it.
  const why = (report.message ?? 'npm audit gave no report.').replace(
    /https?:\/\/\S+/g,
    '(address)',
  );
  console.log(`Not audited: ${why}`);
} else {
  const found = Object.values(report.vulnerabilities);
  for (const { name, severity, range } of found) console.error(`${name} ${range}: ${severity}`);
  console.log(`${found.length} known vulnerabilities in what is shipped.`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
