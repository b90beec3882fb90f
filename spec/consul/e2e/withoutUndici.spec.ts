import { undiciClient } from '../../../lib/consul/transport/undiciClient.js';

/** As in Bun, whose own `undici` has the names and not the methods. */
jest.mock('undici', () => ({ Pool: Object }));

it('undici is not used where it cannot do what its names say', () => {
  expect(undiciClient).toBeUndefined();
});

describe.each(['badAnswers', 'closing', 'compression', 'connections', 'tls', 'tlsFiles'])(
  'by node:http instead: %s',
  (name) => {
    // The hooks of each file belong to this block.
    jest.requireActual<object>(`./${name}.spec.ts`);
  },
);
