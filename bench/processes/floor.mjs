// What any client of Consul has to do at a handover, and nothing else: release, a blocking query that
// returns, an acquisition. Keep-alive sockets, undici's own client, no parsing beyond what is needed.
import { Client } from 'undici';
import { nowNs } from '../support/nowNs.mjs';

const { address, key } = JSON.parse(process.argv[2]);
const calls = new Client(address);
const polls = new Client(address, { headersTimeout: 0, bodyTimeout: 0 });
const path = `/v1/kv/${key}`;

async function request(client, method, target, body = null) {
  const { headers, body: answer } = await client.request({ method, path: target, body });
  return { index: headers['x-consul-index'], text: await answer.text() };
}

const { text } = await request(calls, 'PUT', '/v1/session/create', '{"LockDelay":"0s"}');
const session = JSON.parse(text).ID;

const acquire = () => request(calls, 'PUT', `${path}?acquire=${session}`, '');

const commands = {
  acquire: async () => {
    await acquire();
    process.send({ kind: 'Leader', atNs: nowNs() });
  },
  follow: async () => {
    const { index } = await request(polls, 'GET', path);
    process.send({ kind: 'Follower' });
    await request(polls, 'GET', `${path}?index=${index}&wait=60s`);
    await commands.acquire();
  },
  resign: async () => {
    const atNs = nowNs();
    await request(calls, 'PUT', `${path}?release=${session}`, '');
    process.send({ kind: 'Resigned', atNs });
  },
};
process.on('message', (command) => void commands[command]());
process.once('disconnect', () => process.exit());
process.send({ kind: 'Ready' });
