import Consul from 'consul';
import { once } from 'node:events';
import { describeOnEachConsul } from './support/eachConsul.js';

describeOnEachConsul('the npm package consul', (place) => {
  const client = () => {
    const { host, port } = place();
    return new Consul({ host, port });
  };

  it('writes, reads, lists and deletes keys', async () => {
    const { kv } = client();
    expect(await kv.set('npm/a', 'hello')).toBe(true);
    expect(await kv.set({ key: 'npm/b/c', value: Buffer.from('übrig'), flags: 7 })).toBe(true);
    const entry = await kv.get('npm/a');
    expect(entry).toMatchObject({ Key: 'npm/a', Value: 'hello', Flags: 0, LockIndex: 0 });
    expect(await kv.get({ key: 'npm/b/c', raw: true })).toEqual(Buffer.from('übrig'));
    expect(await kv.get({ key: 'npm/', recurse: true })).toMatchObject([
      { Key: 'npm/a' },
      { Key: 'npm/b/c', Value: 'übrig', Flags: 7 },
    ]);
    expect(await kv.keys('npm/')).toEqual(['npm/a', 'npm/b/c']);
    expect(await kv.keys({ key: 'npm/', separator: '/' })).toEqual(['npm/a', 'npm/b/']);
    // A refusal comes as `undefined` from this client.
    expect(await kv.set({ key: 'npm/a', value: 'no', cas: 1 })).toBeFalsy();
    expect(await kv.del({ key: 'npm/a', cas: 1 })).toBeFalsy();
    expect(await kv.del({ key: 'npm/', recurse: true })).toBe(true);
    expect(await kv.get('npm/a')).toBeUndefined();
    await expect(kv.keys('npm/')).rejects.toThrow('not found');
  });

  it('makes, renews, describes, lists and destroys sessions, and locks with them', async () => {
    const { kv, session } = client();
    const { nodeName } = place();
    const { ID: id } = await session.create({ name: 'npm', ttl: '10s', lockdelay: '1s' });
    expect(await session.renew(id)).toMatchObject([{ ID: id, TTL: '10s' }]);
    expect(await session.info(id)).toMatchObject({ Name: 'npm', LockDelay: 1_000_000_000 });
    expect(await session.list()).toContainEqual(expect.objectContaining({ ID: id }));
    expect(await session.node(nodeName)).toContainEqual(expect.objectContaining({ ID: id }));
    expect(await kv.set({ key: 'npm/lock', value: 'mine', acquire: id })).toBe(true);
    const { ID: other } = await session.create();
    expect(await kv.set({ key: 'npm/lock', value: 'other', acquire: other })).toBeFalsy();
    expect(await kv.get('npm/lock')).toMatchObject({ Value: 'mine', Session: id });
    expect(await kv.set({ key: 'npm/lock', value: 'free', release: id })).toBe(true);
    await session.destroy(id);
    await session.destroy(other);
    expect(await session.info(id)).toBeUndefined();
    await expect(session.renew(id)).rejects.toThrow(`Session id '${id}' not found`);
  });

  it('applies transactions', async () => {
    const { transaction, kv } = client();
    const set = { KV: { Verb: 'set', Key: 'npm/t', Value: Buffer.from('x').toString('base64') } };
    // Its types know other names than its documentation and Consul do.
    await transaction.create([set] as never);
    expect(await kv.get('npm/t')).toMatchObject({ Value: 'x' });
  });

  it('watches a key', async () => {
    const consul = client();
    await consul.kv.set('npm/watched', 'before');
    const watch = consul.watch({
      method: consul.kv.get.bind(consul.kv),
      options: { key: 'npm/watched' },
    });
    const [first] = (await once(watch, 'change')) as [unknown];
    expect(first).toMatchObject({ Value: 'before' });
    const next = once(watch, 'change');
    await consul.kv.set('npm/watched', 'after');
    expect(await next).toMatchObject([{ Value: 'after' }, { headers: { 'x-consul-index': /\d/ } }]);
    watch.end();
  });

  it('asks who is there', async () => {
    const { agent, catalog, status } = client();
    const { nodeName } = place();
    const leader = await status.leader();
    expect(await status.peers()).toEqual([leader]);
    expect(await agent.self()).toMatchObject({ Config: { NodeName: nodeName } });
    expect(await agent.members()).toMatchObject([{ Name: nodeName, Status: 1 }]);
    expect(await catalog.datacenters()).toEqual(['dc1']);
    expect(await catalog.node.list()).toMatchObject([{ Node: nodeName }]);
  });
});
