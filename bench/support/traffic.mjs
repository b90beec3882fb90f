import { subscribe } from 'node:diagnostics_channel';

const sockets = new Set();
let requests = 0;
let peakConnections = 0;

subscribe('undici:client:sendHeaders', () => (requests += 1));
subscribe('undici:client:connected', ({ socket }) => {
  sockets.add(socket);
  peakConnections = Math.max(peakConnections, openSockets().length);
});

const openSockets = () => [...sockets].filter(({ destroyed }) => !destroyed);

const total = (name) => [...sockets].reduce((sum, socket) => sum + (socket[name] ?? 0), 0);

/** What this process has sent and received through undici since it was loaded. */
export const traffic = () => ({
  requests,
  bytes: total('bytesWritten') + total('bytesRead'),
  connections: openSockets().length,
  peakConnections,
});
