import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defer, fromEvent, map, merge, type Observable } from 'rxjs';

/** Where a server listens. */
export interface Place {
  /** A name or an address of this machine. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** Makes the server listen; emits its address, or errors with what to do where it cannot. */
export function listening(server: Server, place: Place): Observable<string> {
  return defer(() => {
    server.listen(place.port, place.host);
    return merge(
      fromEvent(server, 'error').pipe(
        map((error) => {
          throw cannotListen(error as NodeJS.ErrnoException, place);
        }),
      ),
      fromEvent(server, 'listening').pipe(map(() => addressOf(server.address() as AddressInfo))),
    );
  });
}

function addressOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

const remedies: Readonly<Record<string, (place: Place) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `Port ${port} of ${host} is in use, perhaps by a Consul. Use another port, or 0 for any free one.`,
  EACCES: ({ port }) =>
    `This user may not listen on port ${port}. Use a port above 1023, or 0 for any free one.`,
  EADDRNOTAVAIL: ({ host }) =>
    `${host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all of its addresses.`,
  ENOTFOUND: unknownHost,
  // What a resolver says that cannot be reached.
  EAI_AGAIN: unknownHost,
};

function unknownHost({ host }: Place): string {
  return `The host name ${host} is unknown. Use 127.0.0.1, or 0.0.0.0 for all addresses.`;
}

function cannotListen(cause: NodeJS.ErrnoException, place: Place): Error {
  const remedy = remedies[cause.code ?? ''];
  return remedy === undefined ? cause : new Error(remedy(place), { cause });
}
