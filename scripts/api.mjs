// Compares what each entry point of the package exports with the reports in docs/api-report, so that a
// change of the API is seen in review. `--update` writes the reports.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = `${root}docs/api-report`;
const declarations = `${root}.cache/declarations`;
const { update } = parseArgs({ options: { update: { type: 'boolean', default: false } } }).values;

const { name, exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** `./testing` with its types in dist becomes the report `testing` of the declarations made here. */
const entries = Object.entries(exports)
  .filter(([, target]) => target.import?.types !== undefined)
  .map(([path, target]) => ({
    report: path === '.' ? name : path.slice(2).replaceAll('/', '.'),
    file: target.import.types.replace('./dist/esm', declarations),
  }));

function configOf({ report, file }) {
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: `${root}package.json`,
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: file,
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: `${root}tsconfig.build.json` },
      apiReport: {
        enabled: true,
        reportFileName: report,
        reportFolder: reports,
        reportTempFolder: `${root}.cache/api-report`,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        // What is documented, linked and exported is typedoc's to check, for all entry points together.
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
}

/** Whether the report is what the entry point exports. */
function agrees(entry) {
  const { succeeded, apiReportChanged } = Extractor.invoke(configOf(entry), {
    localBuild: update,
    printApiReportDiff: !update,
    messageCallback: (message) => {
      // Its advice is about files of its own.
      message.handled ||= ['console-api-report-not-copied', 'console-preamble'].includes(
        message.messageId,
      );
    },
  });
  return succeeded && (update || !apiReportChanged);
}

const tsc = ['node_modules/typescript/bin/tsc', '--project', 'tsconfig.build.json'];
rmSync(declarations, { recursive: true, force: true });
run(process.execPath, [...tsc, '--emitDeclarationOnly', '--outDir', declarations], { cwd: root });

const expected = new Set(entries.map(({ report }) => `${report}.api.md`));
const stray = readdirSync(reports).filter((file) => !expected.has(file));
if (update) for (const file of stray) rmSync(`${reports}/${file}`);

const differing = entries.filter((entry) => !agrees(entry)).map(({ report }) => report);
const wrong = [...differing, ...(update ? [] : stray)];
if (wrong.length > 0) {
  console.error(
    `The API has changed: ${wrong.join(', ')}. Look at the difference; if it is meant, run ` +
      '`npm run api -- --update` and commit docs/api-report with it.',
  );
  process.exitCode = 1;
}
