import { sequenceS } from 'fp-ts/lib/Apply.js';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as A from 'fp-ts/lib/ReadonlyArray.js';
import type { ModelService } from '../../model/state.js';
import { checkFieldsOf, type CheckFields } from './checkBody.js';
import { fieldOf, isGoObject, mismatch, textField, uint64Field, type GoObject } from '../goJson.js';
import { strictObject } from './strictObject.js';

/** Fields that Consul knows of a service. The model keeps those that it says back. */
const serviceFields = [
  ...['ID', 'Name', 'Tags', 'Address', 'Port', 'Meta', 'Check', 'Checks', 'Token', 'Kind', 'Proxy'],
  ...['TaggedAddresses', 'Weights', 'EnableTagOverride', 'Connect', 'Namespace'],
];

/** What a service's registration says. */
export interface ServiceFields extends ModelService {
  readonly checks: readonly CheckFields[];
}

/** The service of a registration, or Go's complaint. */
export function serviceFieldsOf(value: unknown): E.Either<string, ServiceFields> {
  return pipe(
    strictObject(value, serviceFields),
    E.chain((object) =>
      sequenceS(E.Apply)({
        id: textField(object, '', 'ID'),
        name: textField(object, '', 'Name'),
        address: textField(object, '', 'Address'),
        port: E.map(Number)(uint64Field(object, '', 'Port')),
        tags: textsField(fieldOf(object, 'Tags')),
        meta: metaField(fieldOf(object, 'Meta')),
        checks: checksField(object),
      }),
    ),
  );
}

function checksField(object: GoObject): E.Either<string, readonly CheckFields[]> {
  return pipe(
    checksOf(object),
    E.traverseArray((check) => checkFieldsOf(check, 'CheckID')),
    E.map(A.filter(saysSomething)),
  );
}

/** An empty check counts as none. */
const saysSomething = ({ id, name, status, notes, ttlMs }: CheckFields): boolean =>
  `${id}${name}${status}${notes}` !== '' || ttlMs !== 0;

/** `Check` comes after `Checks`, as Consul numbers them. */
function checksOf(object: GoObject): readonly unknown[] {
  const one = fieldOf(object, 'Check') ?? undefined;
  const many: unknown = fieldOf(object, 'Checks') ?? [];
  return [
    ...(Array.isArray(many) ? Array.from<unknown>(many) : []),
    ...(one === undefined ? [] : [one]),
  ];
}

function textsField(value: unknown): E.Either<string, readonly string[]> {
  if (value === undefined || value === null) return E.right([]);
  return Array.isArray(value) && value.every((tag) => typeof tag === 'string')
    ? E.right(value)
    : E.left(mismatch(value, '.Tags', '[]string'));
}

function metaField(value: unknown): E.Either<string, Readonly<Record<string, string>>> {
  if (value === undefined || value === null) return E.right({});
  return isGoObject(value) && Object.values(value).every((text) => typeof text === 'string')
    ? E.right(value as Readonly<Record<string, string>>)
    : E.left(mismatch(value, '.Meta', 'map[string]string'));
}
