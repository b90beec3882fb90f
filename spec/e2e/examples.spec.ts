import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../support/freePorts.js';
import { first } from './support/contest.js';
import { exampleOf, type Example } from './support/example.js';
import { talkingProcess } from './support/talkingProcess.js';

const clean = { code: 0, stderr: '' };

describe('the batch worker of the examples', () => {
  const { start, consul } = exampleOf('batch-worker.mjs');
  const done = ({ lines }: Example) => lines.map((line) => Number(line.split(' ')[0]));

  it('works through the items once, over two processes', async () => {
    const environment = { ITEMS: '12' };
    const one = start(environment);
    await one.until('3 of 12');
    const other = start(environment);
    expect(await one.stop()).toEqual(clean);
    await other.until('12 of 12 items are done');
    const upTo = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index);
    const last = done(one).at(-1)!;
    expect(done(one)).toEqual(upTo(0, last));
    // It begins with what it read: how far the other had come, the last commit perhaps unseen by itself.
    const begun = done(other)[0]!;
    expect(begun - last).toBeLessThanOrEqual(1);
    expect(done(other)).toEqual(upTo(Math.max(begun, last), 12));
    expect(consul().entryOf('batch-worker/done')?.value).toBe('12');
    expect(await other.stop()).toEqual(clean);
  });
});

describe('the queue consumer of the examples', () => {
  const { start } = exampleOf('queue-consumer.mjs');
  let folder = '';
  const put = (name: string) => writeFileSync(join(folder, name), `text of ${name}`);
  const handled = ({ lines }: Example) => lines.filter((line) => line.startsWith('handled'));

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'queue-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('takes each message in one process, in order, and the rest in the next one', async () => {
    put('a');
    put('b');
    const one = start({ QUEUE: folder });
    await one.until('handled b');
    const other = start({ QUEUE: folder });
    await other.until('Follower');
    put('c');
    await one.until('handled c');
    expect(handled(other)).toEqual([]);
    expect(await one.stop()).toEqual(clean);
    put('d');
    await other.until('handled d');
    expect(await other.stop()).toEqual(clean);
    const tokens = [...handled(one), ...handled(other)].map((line) => line.split(' ')[4]);
    const texts = [...handled(one), ...handled(other)].map((line) => line.split(': ')[1]);
    expect(texts).toEqual(['a', 'b', 'c', 'd'].map((name) => `text of ${name}`));
    expect(new Set(tokens).size).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the server with a leader endpoint of the examples', () => {
  const { start } = exampleOf('leader-endpoint.mjs');
  const get = async (url: string, method = 'GET') => {
    const response = await fetch(url, { method });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  };

  it('answers 200 where it leads and 503 elsewhere, and says where to go', async () => {
    const [onePort = 0, otherPort = 0] = await first(freePorts(2));
    const oneUrl = `http://127.0.0.1:${onePort}`;
    const otherUrl = `http://127.0.0.1:${otherPort}`;
    const one = start({ PORT: String(onePort) });
    await one.until('listening');
    await one.until('Leader');
    const other = start({ PORT: String(otherPort) });
    await other.until('listening');
    await other.until('Follower');
    expect(await get(`${oneUrl}/leader`)).toEqual({ status: 200, body: { leader: oneUrl } });
    expect(await get(`${oneUrl}/leader`, 'HEAD')).toEqual({ status: 200, body: undefined });
    expect(await get(`${otherUrl}/leader`)).toEqual({ status: 503, body: { leader: oneUrl } });
    expect(await get(`${otherUrl}/leader`, 'HEAD')).toEqual({ status: 503, body: undefined });
    expect(await get(`${otherUrl}/health`)).toEqual({ status: 200, body: { state: 'Follower' } });
    expect(await one.stop()).toEqual(clean);
    await other.until('Leader');
    expect(await get(`${otherUrl}/leader`)).toEqual({ status: 200, body: { leader: otherUrl } });
    expect(await other.stop()).toEqual(clean);
  });

  it('is not healthy while it does not know its part, and does not claim to lead', async () => {
    const [port = 0, nobody = 0] = await first(freePorts(2));
    const one = start({ PORT: String(port), CONSUL_HTTP_ADDR: `127.0.0.1:${nobody}` });
    await one.until('listening');
    await one.until('Error');
    const url = `http://127.0.0.1:${port}`;
    expect(await get(`${url}/health`)).toEqual({ status: 503, body: { state: 'Error' } });
    expect(await get(`${url}/leader`)).toEqual({ status: 503, body: { leader: null } });
    expect(await one.stop()).toEqual(clean);
  });
});

describe('the marble tests of the examples', () => {
  it('pass, without a Consul', async () => {
    const folder = join(__dirname, '../../examples/failover/');
    const { gone, line$ } = talkingProcess(process.execPath, [
      '--test',
      '--test-reporter=tap',
      folder,
    ]);
    const lines: string[] = [];
    line$.subscribe((line) => lines.push(line));
    expect(await gone).toEqual(clean);
    expect(lines.filter((line) => line.startsWith('ok '))).toHaveLength(4);
  });
});
