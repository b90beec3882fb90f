// What the commands of this folder have in common: arguments that are wrong end them with what would be right.
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';

/**
 * The arguments, once `check` has thrown nothing; what is wrong ends the process with code 2.
 *
 * @param command - as it stands in package.json
 */
export function checkedArguments(command, options, check) {
  try {
    const { values } = parseArgs({ options });
    if (!values.help) {
      check(values);
      if (values.json !== undefined) checkWritable(values.json);
    }
    return values;
  } catch ({ message }) {
    console.error(`${message} \`npm run ${command} -- --help\` tells what there is.`);
    process.exit(2);
  }
}

/** A run of an hour must not end with the news that its result cannot be kept. */
function checkWritable(file) {
  const isNew = !existsSync(file);
  try {
    closeSync(openSync(file, 'a'));
  } catch (cause) {
    throw new Error(`Give --json as a file that can be written: ${cause.message}.`, { cause });
  }
  if (isNew) rmSync(file);
}

/** Throws unless the argument is a whole number between two others, if it was given. */
export function checkWhole(values, name, least, most) {
  const text = values[name];
  const isWhole = text === undefined || (/^\d+$/.test(text) && +text >= least && +text <= most);
  if (isWhole) return;
  throw new Error(`Give --${name} as a whole number from ${least} to ${most}; it is '${text}'.`);
}
