import { Agent as HttpAgent, request as httpRequest, type ClientRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { urlToHttpOptions } from 'node:url';
import type { AnswerHandler } from './responseHandler.js';
import { connectTimeoutMs, keepAliveTimeoutMs, type OpenClient } from './httpClient.js';

/** Connections by `node:http` and `node:https`, which every runtime has. */
export const nodeClient: OpenClient = ({ origin, socketPath, tls }, connections = Infinity) => {
  const kept = { keepAlive: true, timeout: keepAliveTimeoutMs, maxSockets: connections };
  const agent = tls === undefined ? new HttpAgent(kept) : new HttpsAgent({ ...kept, ...tls });
  const send = tls === undefined ? httpRequest : httpsRequest;
  const destination = {
    ...urlToHttpOptions(new URL(origin)),
    ...(socketPath !== undefined && { socketPath }),
    agent,
  };
  const inFlight = new Set<Promise<void>>();

  return {
    dispatch: ({ method, path, headers, body }, handler) => {
      const length = { 'content-length': String(Buffer.byteLength(body ?? '')) };
      const outgoing = send({
        ...{ ...destination, method, path },
        headers: method === 'GET' ? headers : { ...headers, ...length },
      });
      const ended = exchange(outgoing, handler);
      inFlight.add(ended);
      void ended.then(() => inFlight.delete(ended));
      outgoing.end(body ?? undefined);
    },
    close: async () => {
      await Promise.all(inFlight);
      agent.destroy();
    },
  };
};

/** Tells a handler each step of an exchange, and its end once. Resolves at the end. */
const exchange = (outgoing: ClientRequest, handler: AnswerHandler): Promise<void> =>
  new Promise((resolve) => {
    let over = false;
    const end = (tell: () => void) => {
      if (over) return;
      over = true;
      tell();
      resolve();
    };
    const fail = (error: Error) =>
      end(() => {
        outgoing.destroy();
        handler.onResponseError(controller, error);
      });
    const controller = { abort: fail };

    outgoing.on('error', fail);
    outgoing.on('close', () => fail(brokenOff()));
    outgoing.on('socket', (socket) => {
      if (!isConnected(socket)) socket.setTimeout(connectTimeoutMs);
    });
    outgoing.on('timeout', () => {
      if (!isConnected(outgoing.socket)) fail(connectTimedOut());
    });
    outgoing.on('response', (incoming) => {
      handler.onResponseStart(controller, incoming.statusCode ?? 0, incoming.headers);
      incoming.on('data', (chunk: Buffer) => {
        if (!over) handler.onResponseData(controller, chunk);
      });
      incoming.on('error', fail);
      incoming.on('end', () =>
        incoming.complete ? end(handler.onResponseEnd) : fail(brokenOff()),
      );
    });
    handler.onRequestStart(controller);
  });

/** Whether a connection is there, with its TLS if it has any. */
function isConnected(socket: Socket | null): boolean {
  const { connecting, secureConnecting } = Object(socket) as Partial<Record<string, unknown>>;
  return socket !== null && connecting !== true && secureConnecting !== true;
}

const withCode = (code: string, message: string): Error =>
  Object.assign(new Error(message), { code });

const brokenOff = (): Error =>
  withCode('ECONNRESET', 'the connection was closed before an answer came');

const connectTimedOut = (): Error =>
  withCode('ETIMEDOUT', `no connection within ${connectTimeoutMs} ms`);
