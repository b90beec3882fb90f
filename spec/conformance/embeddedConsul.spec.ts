import { concat, finalize, map, NEVER, of, switchMap, tap } from 'rxjs';
import { systemTime } from '../../lib/ports/time.js';
import { embeddedConsul } from '../../lib/testing/index.js';
import { httpTransport } from '../support/httpTransport.js';
import { conform } from './conform.js';

describe('the embedded Consul', () => {
  conform(
    embeddedConsul({ nodeName: 'n1' }).pipe(
      switchMap(({ address, consul }) => {
        const transport = httpTransport(address);
        return concat(of({ transport, consul }), NEVER).pipe(finalize(() => transport.end()));
      }),
      map(({ transport, consul }) => ({
        ...{ transport, time: systemTime, nodeName: 'n1' },
        setNodeCheck: (check, status) =>
          of(null).pipe(tap(() => consul.setNodeCheck(check, status))),
      })),
    ),
  );
});
