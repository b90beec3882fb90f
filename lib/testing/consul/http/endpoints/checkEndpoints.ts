import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { CheckStatus, ConsulState } from '../../model/state.js';
import {
  registerCheck,
  registerService,
  removeCheck,
  removeService,
  reportStatus,
  type CheckRequest,
} from '../../model/ttlChecks.js';
import { checkFieldsOf, isStatus, decodeCheck } from '../bodies/checkBody.js';
import { parseGoJson, textField } from '../goJson.js';
import {
  answer,
  emptyResponse,
  jsonResponse,
  textResponse,
  type Call,
  type Handler,
  type ModelResponse,
} from '../message.js';
import { checkJson, serviceJson } from '../representation.js';
import { serviceFieldsOf, type ServiceFields } from '../bodies/serviceBody.js';
import { strictObject } from '../bodies/strictObject.js';

/** `PUT /v1/agent/check/register`: TTL checks only. */
export const checkRegister: Handler = change((state, call, nowMs) =>
  pipe(
    decoded(call, (body) => checkFieldsOf(body, 'ID')),
    E.chain((fields) =>
      fields.name === ''
        ? refused(400, 'Missing check name')
        : decodeCheck(fields, 'Bad check status'),
    ),
    E.chain((check) =>
      check.serviceId === '' || state.services.has(check.serviceId)
        ? E.right(registerCheck(state, { ...check, id: check.id || check.name }, nowMs))
        : refused(500, `ServiceID "${check.serviceId}" does not exist`),
    ),
  ),
);

/** `PUT /v1/agent/check/deregister/:id`: one that is unknown is no matter. */
export const checkDeregister: Handler = change((state, { rest }, nowMs) =>
  rest === '' ? refused(500, 'CheckID missing') : E.right(removeCheck(state, rest, nowMs)),
);

/** `PUT /v1/agent/check/{pass,warn,fail}/:id` */
export function checkReport(status: CheckStatus): Handler {
  return change((state, { rest, query }, nowMs) =>
    reported(state, rest, { status, output: query['note'] ?? '' }, nowMs),
  );
}

/** `PUT /v1/agent/check/update/:id` */
export const checkUpdate: Handler = change((state, call, nowMs) =>
  pipe(
    decoded(call, (body) =>
      pipe(
        strictObject(body, ['Status', 'Output']),
        E.bindTo('object'),
        E.bind('status', ({ object }) => textField(object, '', 'Status')),
        E.bind('output', ({ object }) => textField(object, '', 'Output')),
      ),
    ),
    E.chain(({ status, output }) =>
      isStatus(status) && status !== ''
        ? reported(state, call.rest, { status, output }, nowMs)
        : refused(400, `Invalid check status: '${status}'`),
    ),
  ),
);

/** `GET /v1/agent/checks`: what was registered with the agent, which serfHealth was not. */
export const agentChecks: Handler = (state) => {
  const own = [...state.checks.values()].filter(({ timer }) => timer !== undefined);
  const listed = own.map((check) => [check.id, checkJson(state, check)] as const);
  return [state, answer(jsonResponse(Object.fromEntries(listed)))];
};

/** `PUT /v1/agent/service/register` */
export const serviceRegister: Handler = change((state, call, nowMs) =>
  pipe(
    decoded(call, serviceFieldsOf),
    E.chain((fields) =>
      fields.name === '' ? refused(400, 'Missing service name') : E.right(fields),
    ),
    E.chain(({ checks, ...fields }) => {
      const service = { ...fields, id: fields.id || fields.name };
      return pipe(
        checksOfService(service, checks),
        E.map((sound) => registerService(state, service, sound, nowMs)),
      );
    }),
  ),
);

/** `PUT /v1/agent/service/deregister/:id`: one that is unknown is no matter. */
export const serviceDeregister: Handler = change((state, { rest }, nowMs) =>
  rest === '' ? refused(500, 'ServiceID missing') : E.right(removeService(state, rest, nowMs)),
);

/** `GET /v1/agent/services` */
export const agentServices: Handler = (state) => {
  const listed = [...state.services.values()].map((one) => [one.id, serviceJson(one)] as const);
  return [state, answer(jsonResponse(Object.fromEntries(listed)))];
};

type Change = (
  state: ConsulState,
  call: Call,
  nowMs: number,
) => E.Either<ModelResponse, ConsulState>;

/** The agent answers what it has done with an empty body. */
function change(apply: Change): Handler {
  return (state, call, nowMs) => {
    const changed = apply(state, call, nowMs);
    return E.isLeft(changed)
      ? [state, answer(changed.left)]
      : [changed.right, answer(emptyResponse(200))];
  };
}

const refused = (status: number, text: string): E.Either<ModelResponse, never> =>
  E.left(textResponse(status, text));

function decoded<A>(
  { body }: Call,
  read: (value: unknown) => E.Either<string, A>,
): E.Either<ModelResponse, A> {
  return pipe(
    parseGoJson(new TextDecoder().decode(body)),
    E.chain(read),
    E.mapLeft((problem) => textResponse(400, `Request decode failed: ${problem}`)),
  );
}

function reported(
  state: ConsulState,
  id: string,
  report: { readonly status: CheckStatus; readonly output: string },
  nowMs: number,
): E.Either<ModelResponse, ConsulState> {
  const next = reportStatus(state, id, report, nowMs);
  return next === undefined
    ? refused(500, `CheckID "${id}" does not have associated TTL`)
    : E.right(next);
}

/** Checks without an ID are numbered, unless there is only one. */
function checksOfService(
  { id, name }: Pick<ServiceFields, 'id' | 'name'>,
  checks: ServiceFields['checks'],
): E.Either<ModelResponse, readonly CheckRequest[]> {
  const numbered = (at: number): string =>
    checks.length === 1 ? `service:${id}` : `service:${id}:${at + 1}`;
  return pipe(
    checks.map((check, at) => ({
      ...check,
      id: check.id || numbered(at),
      name: check.name || `Service '${name}' check`,
      serviceId: id,
    })),
    E.traverseArray((check) =>
      decodeCheck(check, "Status for checks must 'passing', 'warning', 'critical'"),
    ),
  );
}
