import { exampleOf } from './support/example.js';

describe('the gated service of the examples', () => {
  const { start } = exampleOf('gated-service.mjs');

  it('does its job in one process, hands it over when it is stopped, and exits by itself', async () => {
    const one = start();
    await one.until('job under token');
    const other = start();
    await other.until('Follower');
    const handedOver = other.until('job under token');
    expect(await one.stop()).toEqual({ code: 0, stderr: '' });
    expect(await handedOver).toMatch(/^job under token \d+$/);
    expect(await other.stop()).toEqual({ code: 0, stderr: '' });
  });
});
