import type { OptionProblem } from '../../errors.js';
import { printedType } from '../decoding/problems.js';

/**
 * The most bytes of metadata as JSON. The lock is taken in a transaction, of which Consul accepts
 * 524 288 bytes with the value in base64 (four bytes for three); 380 KiB leave room for the rest.
 */
export const maxMetadataBytes = 380 * 1024;

/** Deeper nesting is taken for a mistake, and would exhaust the stack of who reads it. */
const maxDepth = 64;

/** What keeps a value from being metadata: an object which JSON can hold, and not too large. */
export function metadataProblems(metadata: unknown): readonly OptionProblem[] {
  if (!isPlainObject(metadata)) {
    return [problem('metadata', metadata, 'Give a plain object that JSON can represent.')];
  }
  const jsonIssues = jsonProblems('metadata', metadata, []);
  return jsonIssues.length > 0 ? jsonIssues : sizeProblems(metadata);
}

function sizeProblems(metadata: object): readonly OptionProblem[] {
  const bytes = new TextEncoder().encode(JSON.stringify(metadata)).length;
  if (bytes <= maxMetadataBytes) return [];
  const expected =
    `Give at most ${maxMetadataBytes} bytes of JSON instead of ${bytes}: ` +
    'Consul limits the size of the transaction that acquires the lock.';
  return [problem('metadata', metadata, expected)];
}

function jsonProblems(
  field: string,
  value: unknown,
  ancestors: readonly object[],
): readonly OptionProblem[] {
  // Of an undefined value JSON makes nothing, and null in a list.
  if (value === null || value === undefined) return [];
  if (typeof value === 'string' || typeof value === 'boolean') return [];
  if (typeof value === 'number') return numberProblems(field, value);
  if (!Array.isArray(value) && !isPlainObject(value)) {
    return [problem(field, value, unfitReason(value))];
  }
  if (ancestors.includes(value)) {
    return [problem(field, value, 'Remove the circular reference.')];
  }
  if (ancestors.length >= maxDepth) {
    return [problem(field, value, `Nest at most ${maxDepth} levels.`)];
  }
  const within = [...ancestors, value];
  return Array.isArray(value)
    ? Array.from(value as readonly unknown[]).flatMap((item, index) =>
        jsonProblems(`${field}[${index}]`, item, within),
      )
    : Object.entries(value).flatMap(([name, item]) =>
        jsonProblems(`${field}.${printedName(name)}`, item, within),
      );
}

function numberProblems(field: string, value: number): readonly OptionProblem[] {
  const expected = `Give a finite number: JSON cannot represent ${String(value)}.`;
  return Number.isFinite(value) ? [] : [problem(field, value, expected)];
}

function unfitReason(value: unknown): string {
  if (typeof value === 'bigint') return 'Give a string: JSON cannot represent a bigint.';
  if (typeof value === 'object') return 'Give a plain object, a list or a string instead.';
  return `Remove it: JSON cannot represent a ${typeof value}.`;
}

// Metadata is the user's own data, so a problem shows its type and never its content.
function problem(field: string, value: unknown, expected: string): OptionProblem {
  return { field, value: printedType(value), expected };
}

function printedName(name: string): string {
  return /^[\w$-]{1,80}$/.test(name) ? name : JSON.stringify(name.slice(0, 80));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm, as in jest's sandbox or a vm, have an Object.prototype of their own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
