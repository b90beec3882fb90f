// What a process takes that has rxjs and undici loaded and does nothing.
import 'rxjs';
import { Agent } from 'undici';
import { setTimeout as pause } from 'node:timers/promises';

const agent = new Agent();
globalThis.gc();
await pause(200);
globalThis.gc();
const { heapUsed, rss } = process.memoryUsage();
process.send({ kind: 'Memory', heapUsed, rss });
process.once('disconnect', () => void agent.close().then(() => process.exit()));
