import { ReplaySubject } from 'rxjs';
import { embeddedConsul, type EmbeddedConsul } from '../../lib/testing/index.js';
import { freePorts } from '../support/freePorts.js';
import { first } from './support/contest.js';
import { expContender, type ChildContender, type ExpProgram } from './support/childContender.js';
import { embeddedFor } from './support/embeddedFor.js';

const started: ChildContender[] = [];
let keys = 0;

/** A process that contends on an embedded Consul, by either package. */
function contender(kind: ExpProgram['kind'], port: number, key: string, letItCrash = false) {
  const consul = { host: '127.0.0.1', port, ttl: 10, lockDelay: 1, readWait: 10 };
  const child = expContender(kind, { key, consul }, { kind, letItCrash });
  started.push(child);
  return child;
}

/** The session of which a line of the process tells. */
async function sessionTold(child: ChildContender, nth = 1): Promise<string> {
  const line = await child.until(`"Leader","nth":${nth}`);
  return (JSON.parse(line) as { readonly sessionId: string }).sessionId;
}

const kindsOf = ({ told }: ChildContender): readonly string[] => told.map(({ kind }) => kind);

describe.each(['old', 'new'] as const)('exp-leader-election, the %s package', (kind) => {
  const embedded = embeddedFor();
  const join = (key: string) => contender(kind, Number(new URL(embedded().address).port), key);
  const nextKey = () => `locks/${kind}-${++keys}`;

  afterEach(async () => {
    await Promise.all(started.splice(0).map((child) => child.kill()));
  });

  it('tells the leader, with the session that holds the key, and nothing to whom follows', async () => {
    const key = nextKey();
    const one = join(key);
    expect(await sessionTold(one)).toBe(embedded().consul.holderOf(key));
    expect(embedded().consul.entryOf(key)?.flags).toBe(0n);
    const other = join(key);
    await other.until('waits');
    expect(kindsOf(one)).toEqual(['Leader']);
    expect(kindsOf(other)).toEqual([]);
  });

  it('tells an error when the session has ended, and leads again with another', async () => {
    const key = nextKey();
    const one = join(key);
    const before = await sessionTold(one);
    embedded().consul.destroySession(before);
    expect(await one.until('"Error","nth":1')).toContain('lostLeadership');
    const after = await sessionTold(one, 2);
    expect(after).not.toBe(before);
    expect(embedded().consul.holderOf(key)).toBe(after);
  });

  it('has the follower lead when the session of the leader has ended', async () => {
    const key = nextKey();
    const one = join(key);
    const before = await sessionTold(one);
    const other = join(key);
    await other.until('waits');
    await one.kill();
    embedded().consul.destroySession(before);
    expect(await sessionTold(other)).toBe(embedded().consul.holderOf(key));
  });

  it('tells an error while Consul is away, and leads once it is there', async () => {
    const [port = 0] = await first(freePorts(1));
    const one = contender(kind, port, 'locks/away');
    expect(await one.until('"Error","nth":2')).toContain('ECONNREFUSED');
    const consul$ = new ReplaySubject<EmbeddedConsul>(1);
    const running = embeddedConsul({ port }).subscribe(consul$);
    const { consul } = await first(consul$);
    expect(await sessionTold(one)).toBe(consul.holderOf('locks/away'));
    await one.kill();
    running.unsubscribe();
  });

  it('crashes the process that loses leadership where nobody listens to errors', async () => {
    const key = nextKey();
    const port = Number(new URL(embedded().address).port);
    const one = contender(kind, port, key, true);
    embedded().consul.destroySession(await sessionTold(one));
    const { code, stderr } = await one.exit;
    expect(code).toBe(1);
    expect(stderr).toContain('lostLeadership');
  });

  it('crashes the process with the reason where nobody listens to errors', async () => {
    const [port = 0] = await first(freePorts(1));
    const { code, stderr } = await contender(kind, port, 'locks/away', true).exit;
    expect(code).toBe(1);
    expect(stderr).toContain('ECONNREFUSED');
  });
});

describe('what was wrong with exp-leader-election', () => {
  const embedded = embeddedFor();
  const join = (kind: ExpProgram['kind'], key: string) =>
    contender(kind, Number(new URL(embedded().address).port), key);
  const lives = (sessionId: string) =>
    embedded()
      .consul.sessions()
      .some(({ id }) => id === sessionId);

  afterEach(async () => {
    await Promise.all(started.splice(0).map((child) => child.kill()));
  });

  it('a deleted key crashed the old package, leader and follower', async () => {
    const one = join('old', 'deleted/old');
    await sessionTold(one);
    const other = join('old', 'deleted/old');
    await other.until('waits');
    embedded().consul.deleteKey('deleted/old');
    for (const { code, stderr } of [await one.exit, await other.exit]) {
      expect(code).toBe(1);
      expect(stderr).toContain('TypeError');
    }
  });

  it('a deleted key is a loss to the new one, and the key is taken again', async () => {
    const one = join('new', 'deleted/new');
    const sessionId = await sessionTold(one);
    embedded().consul.deleteKey('deleted/new');
    await one.until('"Follower","nth":1');
    expect(await sessionTold(one, 2)).toBe(sessionId);
    expect(embedded().consul.holderOf('deleted/new')).toBe(sessionId);
    expect(kindsOf(one)).toEqual(['Leader', 'Follower', 'Error', 'Leader']);
  });

  it('the old package left its lock to the TTL when the process was stopped', async () => {
    const one = join('old', 'stopped/old');
    const sessionId = await sessionTold(one);
    await one.stop();
    expect(embedded().consul.holderOf('stopped/old')).toBe(sessionId);
  });

  it('the new one is closed: the lock is free, the session gone, and the process exits', async () => {
    const one = join('new', 'stopped/new');
    const sessionId = await sessionTold(one);
    const other = join('new', 'stopped/new');
    await other.until('waits');
    expect(await one.stop()).toEqual({ code: 0, stderr: '' });
    expect(lives(sessionId)).toBe(false);
    expect(kindsOf(one)).toEqual(['Leader', 'Follower', 'Closed']);
    expect(await sessionTold(other)).toBe(embedded().consul.holderOf('stopped/new'));
    expect(await other.stop()).toEqual({ code: 0, stderr: '' });
    expect(embedded().consul.holderOf('stopped/new')).toBeUndefined();
  });
});
