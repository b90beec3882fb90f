import { sequenceS } from 'fp-ts/lib/Apply.js';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { parseGoDuration } from '../../encoding/goDuration.js';
import type { CheckStatus } from '../../model/state.js';
import type { CheckRequest } from '../../model/ttlChecks.js';
import { fieldOf, mismatch, textField, type GoObject } from '../goJson.js';
import { strictObject } from './strictObject.js';
import { textResponse, type ModelResponse } from '../message.js';

/** Fields that Consul knows of a check. The model heeds those of TTL checks. */
const checkFields = [
  ...['ID', 'CheckID', 'Name', 'Notes', 'TTL', 'Status', 'ServiceID', 'Token', 'Namespace'],
  ...['DeregisterCriticalServiceAfter', 'Interval', 'Timeout', 'Header', 'Method', 'Body', 'HTTP'],
  ...['TCP', 'GRPC', 'GRPCUseTLS', 'TLSSkipVerify', 'Args', 'ScriptArgs', 'DockerContainerID'],
  ...['Shell', 'AliasNode', 'AliasService', 'OutputMaxSize', 'SuccessBeforePassing'],
  ...['FailuresBeforeCritical'],
];

const statuses: readonly string[] = ['passing', 'warning', 'critical'];

/** What a check's registration says, before it is known where the check belongs. */
export interface CheckFields {
  readonly id: string;
  readonly name: string;
  readonly notes: string;
  readonly status: string;
  readonly serviceId: string;
  readonly ttlMs: number;
  readonly forgottenAfterMs: number;
}

/** A check of a registration, `idName` being what the endpoint calls its ID. */
export function checkFieldsOf(
  value: unknown,
  idName: 'ID' | 'CheckID',
): E.Either<string, CheckFields> {
  const fields = checkFields.filter((name) => name !== (idName === 'ID' ? 'CheckID' : 'ID'));
  return pipe(
    strictObject(value, fields),
    E.chain((object) =>
      sequenceS(E.Apply)({
        id: textField(object, '', idName),
        name: textField(object, '', 'Name'),
        notes: textField(object, '', 'Notes'),
        status: textField(object, '', 'Status'),
        serviceId: textField(object, '', 'ServiceID'),
        ttlMs: durationMs(object, 'TTL'),
        forgottenAfterMs: durationMs(object, 'DeregisterCriticalServiceAfter'),
      }),
    ),
  );
}

/** Whether the text is a status, or left out. */
export function isStatus(text: string): text is CheckStatus | '' {
  return text === '' || statuses.includes(text);
}

/** The check of a registration that is sound: a TTL check with a status. */
export function decodeCheck(
  fields: CheckFields,
  badStatus: string,
): E.Either<ModelResponse, CheckRequest> {
  const { status, ttlMs } = fields;
  if (!isStatus(status)) return E.left(textResponse(400, badStatus));
  if (ttlMs <= 0) {
    return E.left(textResponse(400, 'Invalid check: TTL must be > 0 for TTL checks'));
  }
  return E.right({ ...fields, status: status === '' ? 'critical' : status });
}

/** A text with a unit, or nanoseconds; 0 where it is absent or null. */
function durationMs(object: GoObject, name: string): E.Either<string, number> {
  const value = fieldOf(object, name) ?? 0n;
  if (typeof value === 'string') {
    return pipe(
      value === '' ? E.right(0n) : parseGoDuration(value),
      E.map((ns) => Number(ns) / 1e6),
    );
  }
  if (typeof value === 'bigint' || typeof value === 'number') return E.right(Number(value) / 1e6);
  return E.left(mismatch(value, `.${name}`, 'time.Duration'));
}
