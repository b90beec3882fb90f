import { Agent, request as httpRequest } from 'node:http';
import { defer, EMPTY, Observable } from 'rxjs';
import type { Transport, TransportRequest, TransportResponse } from '../../lib/ports/transport.js';

/** The simplest transport over HTTP, so that the conformance suite does not rest on the product's. */
export function httpTransport(address: string): Transport & { readonly end: () => void } {
  const agent = new Agent({ keepAlive: true });
  return {
    request: (request) => exchange(address, agent, request),
    close: () => defer(() => EMPTY),
    end: () => agent.destroy(),
  };
}

function exchange(
  address: string,
  agent: Agent,
  { method, path, query, body = '' }: TransportRequest,
): Observable<TransportResponse> {
  return new Observable((subscriber) => {
    const { hostname, port } = new URL(address);
    const search = new URLSearchParams(query).toString();
    const outgoing = httpRequest(
      {
        ...{ agent, hostname, port, method },
        path: search === '' ? path : `${path}?${search}`,
        headers: { 'content-length': Buffer.byteLength(body) },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', (error) => subscriber.error(error));
        incoming.on('end', () => {
          const headers = incoming.headers as Record<string, string>;
          const status = incoming.statusCode ?? 0;
          subscriber.next({ status, headers, body: Buffer.concat(chunks).toString() });
          subscriber.complete();
        });
      },
    );
    outgoing.on('error', (error) => subscriber.error(error));
    outgoing.end(body);
    return () => outgoing.destroy();
  });
}
