// Something that leaders write to: accepts a write only with a token not below the highest it has seen,
// and tells each one in a line of JSON.
import { createServer } from 'node:http';

const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const tell = (line) => process.stdout.write(`${JSON.stringify({ ...line, atMs: nowMs() })}\n`);
let highest = 0n;

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const write = JSON.parse(body);
    const accepted = BigInt(write.token) >= highest;
    if (accepted) highest = BigInt(write.token);
    tell({ kind: accepted ? 'Accepted' : 'Refused', ...write });
    response.writeHead(accepted ? 200 : 409).end();
  });
});
server.listen(0, '127.0.0.1', () => tell({ kind: 'Listening', port: server.address().port }));
