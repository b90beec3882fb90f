import { concat, finalize, map, NEVER, of, switchMap } from 'rxjs';
import { systemTime } from '../../lib/ports/time.js';
import type { Transport } from '../../lib/ports/transport.js';
import type { CheckStatus } from '../../lib/testing/index.js';
import { httpTransport } from '../support/httpTransport.js';
import { describeWithConsul, realConsul } from '../support/realConsul.js';
import { conform } from './conform.js';

describeWithConsul('a real Consul', () => {
  conform(
    realConsul().pipe(
      switchMap(({ address, nodeName }) => {
        const transport = httpTransport(address);
        return concat(of({ transport, nodeName }), NEVER).pipe(finalize(() => transport.end()));
      }),
      map(({ transport, nodeName }) => ({
        ...{ transport, nodeName, time: systemTime },
        setNodeCheck: (check, status) => registerCheck(transport, nodeName, check, status),
      })),
    ),
  );
});

function registerCheck(transport: Transport, node: string, check: string, status: CheckStatus) {
  const body = {
    ...{ Node: node, Address: '127.0.0.1', SkipNodeUpdate: true },
    Check: { Node: node, CheckID: check, Name: check, Status: status },
  };
  return transport.request({
    ...{ method: 'PUT', path: '/v1/catalog/register', query: {}, longPoll: false },
    body: JSON.stringify(body),
  });
}
