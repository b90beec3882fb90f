import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defer, map, Observable, retry, switchMap, timer } from 'rxjs';
import { freePorts } from './freePorts.js';
import { leash } from './leash.js';

/** Path of the nginx that the run found before any spec started, if any. */
const nginxBinary: string | undefined = process.env['NGINX_BIN'];

/** A `describe` that is skipped where there is no nginx; with `CI=true` the run does not start then. */
export const describeWithNginx = nginxBinary === undefined ? describe.skip : describe;

/** A request as nginx logged it when it was over. */
export interface LoggedRequest {
  readonly status: number;
  readonly tookMs: number;
  readonly isPoll: boolean;
}

/** An nginx in front of a Consul. */
export interface Nginx {
  readonly address: string;
  /** All requests that are over. */
  readonly log: () => readonly LoggedRequest[];
}

/**
 * An nginx on a free port that passes everything to an address. Emits it when it listens and never
 * completes; unsubscribing ends it and removes its folder, and so does the end of this process.
 *
 * @param settings - what stands in `location`, for example `proxy_read_timeout 5s;`
 */
export function nginx(upstream: string, settings = ''): Observable<Nginx> {
  return defer(() => freePorts(1)).pipe(
    switchMap(([port = 0]) =>
      nginxOn(port, upstream, settings).pipe(
        switchMap((running) =>
          listening(port).pipe(
            retry({ count: 200, delay: () => timer(50) }),
            map(() => running),
          ),
        ),
      ),
    ),
  );
}

function nginxOn(port: number, upstream: string, settings: string): Observable<Nginx> {
  return new Observable<Nginx>((subscriber) => {
    const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
    const accessLog = join(folder, 'access.log');
    writeFileSync(join(folder, 'nginx.conf'), configOf({ folder, port, upstream, settings }));
    const output = openSync(join(folder, 'output.log'), 'a');
    const child = spawn(nginxBinary ?? 'nginx', ['-p', folder, '-c', 'nginx.conf'], {
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    if (child.pid === undefined) throw new Error('nginx could not be started.');
    const unleash = leash(child.pid, folder);
    child.once('exit', () => {
      unleash();
      rmSync(folder, { recursive: true, force: true });
    });
    subscriber.next({ address: `http://127.0.0.1:${port}`, log: () => logOf(accessLog) });
    return () => void child.kill('SIGTERM');
  });
}

interface Placing {
  readonly folder: string;
  readonly port: number;
  readonly upstream: string;
  readonly settings: string;
}

/** A single process in the foreground, all of whose files are in its folder. */
const configOf = ({ folder, port, upstream, settings }: Placing): string => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  log_format timed '$status $request_time $request';
  access_log ${folder}/access.log timed;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${upstream};
      ${settings}
    }
  }
}
`;

const logOf = (file: string): readonly LoggedRequest[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [status, seconds, , path = ''] = line.split(' ');
      return {
        status: Number(status),
        tookMs: Number(seconds) * 1_000,
        isPoll: path.includes('index='),
      };
    });

/** Completes with a value once something listens; errors otherwise. */
const listening = (port: number): Observable<true> =>
  new Observable((subscriber) => {
    const socket = connect(port, '127.0.0.1', () => {
      subscriber.next(true);
      subscriber.complete();
    });
    socket.once('error', (error) => subscriber.error(error));
    return () => socket.destroy();
  });
