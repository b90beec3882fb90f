import type { IncomingMessage } from 'node:http';
import { defer, fromEvent, last, map, merge, type Observable, of, scan, takeWhile } from 'rxjs';

/**
 * The body of a request, once all of it has arrived. One above the limit is not read on: what has
 * come so far is emitted, more than the limit or, where the size was declared, nothing.
 */
export function receiveBody(incoming: IncomingMessage, limitBytes: number): Observable<Uint8Array> {
  return defer(() => {
    if (Number(incoming.headers['content-length'] ?? 0) > limitBytes) {
      return of(new Uint8Array());
    }
    const chunks$ = fromEvent(incoming, 'data') as Observable<Buffer>;
    const end$ = fromEvent(incoming, 'end').pipe(map(() => undefined));
    return merge(chunks$, end$).pipe(
      takeWhile((chunk) => chunk !== undefined),
      scan((body, chunk) => Buffer.concat([body, chunk]), Buffer.alloc(0)),
      takeWhile((body) => body.length <= limitBytes, true),
      last(() => true, Buffer.alloc(0)),
    );
  });
}
