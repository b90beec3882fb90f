import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The first Debian mirror among apt's own sources that is not a security mirror, or `undefined`.
 * `apt` is the folder with apt's configuration.
 */
export function debianMirror(apt = '/etc/apt') {
  return sourceFiles(apt)
    .flatMap((file) => (file.endsWith('.sources') ? deb822 : oneLine)(readFileSync(file, 'utf8')))
    .find(isDebian);
}

function sourceFiles(apt) {
  const parts = join(apt, 'sources.list.d');
  const files = existsSync(parts) ? readdirSync(parts).sort() : [];
  return [
    join(apt, 'sources.list'),
    ...files.filter((name) => /\.(list|sources)$/.test(name)).map((name) => join(parts, name)),
  ].filter((file) => existsSync(file));
}

/** URIs of the classic format: `deb [signed-by=...] URI suite main`. */
function oneLine(text) {
  return text
    .split('\n')
    .map((line) => /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+\S+\s+(.*)$/.exec(line.replace(/#.*/, '')))
    .filter((match) => match !== null && match[2].split(/\s+/).includes('main'))
    .map((match) => match[1]);
}

/** URIs of the deb822 format: stanzas of `Field: value`, continued by lines that begin with a space. */
function deb822(text) {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n[ \t]*\n/)
    .map(fieldsOf)
    .filter(
      (fields) =>
        words(fields.get('types')).includes('deb') &&
        words(fields.get('components')).includes('main') &&
        !/^(no|false|0)$/i.test(fields.get('enabled') ?? 'yes'),
    )
    .flatMap((fields) => words(fields.get('uris')));
}

function fieldsOf(stanza) {
  return new Map(
    stanza
      .replace(/\n[ \t]+/g, ' ')
      .split('\n')
      .map((line) => /^([\w-]+):\s*(.*)$/.exec(line))
      .filter((match) => match !== null)
      .map((match) => [match[1].toLowerCase(), match[2]]),
  );
}

function words(value = '') {
  return value.split(/\s+/).filter((word) => word !== '');
}

/** Other archives (a vendor's, Ubuntu's) do not carry Debian's suites; their paths do not say `debian`. */
function isDebian(uri) {
  return /\/debian(\/|$)/.test(uri) || /^mirror\+file:.*\/debian\.list$/.test(uri);
}
