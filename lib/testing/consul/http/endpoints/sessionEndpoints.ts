import * as E from 'fp-ts/lib/Either.js';
import { sessionsIndex } from '../../model/indexes.js';
import { createSession, endSession, renewSession, sessionOf } from '../../model/sessions.js';
import type { ConsulState, ModelSession } from '../../model/state.js';
import { uuidProblem } from '../../encoding/uuid.js';
import { answer, jsonResponse, textResponse, type Call, type Handler } from '../message.js';
import { reading } from '../reading.js';
import { sessionJson } from '../representation.js';
import { decodeSession } from '../bodies/sessionBody.js';

/** `PUT /v1/session/create` */
export const sessionCreate: Handler = (state, call, nowMs) => {
  const request = decodeSession(sessionBody(call), call.newSessionId, state.nodeName);
  if (E.isLeft(request)) return [state, answer(request.left)];
  const [next, created] = createSession(state, request.right, nowMs);
  const response = E.isLeft(created)
    ? textResponse(500, created.left)
    : jsonResponse({ ID: created.right });
  return [next, answer(response)];
};

/** Consul reads the body of a session only if its size is declared: a chunked one counts as none. */
function sessionBody({ body, bodyBytes }: Call): string {
  if (bodyBytes === undefined) return '';
  // What the server did not read of a huge body is missing, as for a client that broke off.
  const cut = bodyBytes > body.length ? '{' : '';
  return cut + new TextDecoder().decode(body);
}

/** `PUT /v1/session/renew/:id` */
export const sessionRenew: Handler = withSessionId((state, { rest }, nowMs) => {
  const [next, session] = renewSession(state, rest, nowMs);
  const response =
    session === undefined
      ? textResponse(404, `Session id '${rest}' not found`)
      : jsonResponse([sessionJson(session)]);
  return [next, answer(response)];
});

/** `PUT /v1/session/destroy/:id`: `true` for a session that does not exist, too. */
export const sessionDestroy: Handler = withSessionId((state, { rest }, nowMs) => [
  endSession(state, rest, nowMs),
  answer(jsonResponse(true)),
]);

/** `GET /v1/session/info/:id`: a list, empty when the session is gone. */
export const sessionInfo: Handler = withSessionId((state, call) => [
  state,
  sessionsReading(call, (current) => {
    const session = sessionOf(current, call.rest);
    return session === undefined ? [] : [session];
  }),
]);

/** `GET /v1/session/list` */
export const sessionList: Handler = (state, call) => [
  state,
  sessionsReading(call, (current) => [...current.sessions.values()]),
];

/** `GET /v1/session/node/:node` */
export const sessionNode: Handler = (state, call) =>
  call.rest === ''
    ? [state, answer(textResponse(400, 'Missing node name'))]
    : [
        state,
        sessionsReading(call, (current) =>
          [...current.sessions.values()].filter(
            ({ node }) => node.toLowerCase() === call.rest.toLowerCase(),
          ),
        ),
      ];

/** Refuses a missing ID and one that is no UUID before anything else. */
function withSessionId(handler: Handler): Handler {
  return (state, call, nowMs) => {
    if (call.rest === '') return [state, answer(textResponse(400, 'Missing session'))];
    const problem = uuidProblem(call.rest);
    return problem === undefined
      ? handler(state, call, nowMs)
      : [state, answer(textResponse(500, problem))];
  };
}

function sessionsReading(
  call: Call,
  select: (state: ConsulState) => readonly ModelSession[],
): ReturnType<typeof reading> {
  return reading(call, sessionsIndex, (state) => {
    const inOrder = [...select(state)].sort((a, b) => (a.id < b.id ? -1 : 1));
    return jsonResponse(inOrder.map(sessionJson));
  });
}
