import { map, type Observable, type Subscription } from 'rxjs';
import { embeddedConsul } from '../../../lib/testing/index.js';
import { describeWithConsul, realConsul } from '../../support/realConsul.js';

/** A Consul that clients of others talk to. */
export interface ConsulPlace {
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly nodeName: string;
}

const nodeName = 'n1';

/**
 * Declares the same specs twice: against a real agent and against the embedded server, so that what a
 * client of others meets is the same in both.
 *
 * @param specs - are given the place, which is there once they run
 * @param describeEmbedded - declares those on the embedded server
 */
export function describeOnEachConsul(
  name: string,
  specs: (place: () => ConsulPlace) => void,
  describeEmbedded: (name: string, fn: () => void) => void = describe,
): void {
  describeWithConsul(`${name}, on a real Consul`, () => {
    specs(placeOf(realConsul()));
  });
  describeEmbedded(`${name}, on the embedded Consul`, () => {
    specs(
      placeOf(embeddedConsul({ nodeName }).pipe(map(({ address }) => ({ address, nodeName })))),
    );
  });
}

/** The same for specs that need the `consul` command itself, whatever Consul it talks to. */
export function describeCommandOnEachConsul(
  name: string,
  specs: (place: () => ConsulPlace) => void,
): void {
  describeOnEachConsul(name, specs, describeWithConsul);
}

function placeOf(consul$: Observable<Pick<ConsulPlace, 'address' | 'nodeName'>>) {
  let place: ConsulPlace | undefined;
  let running: Subscription | undefined;
  beforeAll(
    () =>
      new Promise<void>((resolve, reject) => {
        running = consul$.subscribe({
          next: ({ address, nodeName: node }) => {
            const { hostname, port } = new URL(address);
            place = { address, host: hostname, port: Number(port), nodeName: node };
            resolve();
          },
          error: reject,
        });
      }),
  );
  afterAll(() => running?.unsubscribe());
  return () => {
    if (place === undefined) throw new Error('The Consul is not there before the specs run.');
    return place;
  };
}
