import { createServer, type AddressInfo, type Server } from 'node:net';
import { forkJoin, Observable, switchMap } from 'rxjs';

/** Ports of the loopback that were free at the same moment, all different. */
export function freePorts(count: number): Observable<readonly number[]> {
  return forkJoin(Array.from({ length: count }, () => listening())).pipe(
    switchMap((servers) => forkJoin(servers.map(closed))),
  );
}

function listening(): Observable<Server> {
  return new Observable<Server>((subscriber) => {
    const server = createServer();
    server.once('error', (error) => subscriber.error(error));
    server.listen(0, '127.0.0.1', () => {
      subscriber.next(server);
      subscriber.complete();
    });
  });
}

function closed(server: Server): Observable<number> {
  return new Observable<number>((subscriber) => {
    const { port } = server.address() as AddressInfo;
    server.close(() => {
      subscriber.next(port);
      subscriber.complete();
    });
  });
}
