// Builds, and is then the program that is given, with the arguments after it: one process, which npm's
// signals reach. Between npm and the second command of `a && b` there is a shell that passes none on.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { built } from './owned.mjs';

await built();
process.argv.splice(1, 2, resolve(process.argv[2]));
await import(pathToFileURL(process.argv[1]));
