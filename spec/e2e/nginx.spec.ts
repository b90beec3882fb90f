import { filter, firstValueFrom, interval, type Subscription } from 'rxjs';
import { describeWithNginx, nginx, type Nginx } from '../support/nginx.js';
import { describeWithConsul } from '../support/realConsul.js';
import { agentFor } from './support/agentFor.js';
import { contest } from './support/contest.js';

jest.setTimeout(180_000);

/** Those that a spec started. */
const started: Subscription[] = [];
afterEach(() => {
  for (const running of started.splice(0)) running.unsubscribe();
});

const startedNginx = (upstream: string, settings?: string): Promise<Nginx> =>
  new Promise((resolve, reject) => {
    started.push(nginx(upstream, settings).subscribe({ next: resolve, error: reject }));
  });

/** Waits until nginx has logged so many polls with a status that were held back. */
async function polls(proxy: Nginx, status: number, count: number): Promise<void> {
  const isThere = () => held(proxy).filter((poll) => poll.status === status).length >= count;
  await firstValueFrom(interval(100).pipe(filter(isThere)), { defaultValue: 0 });
}

const held = (proxy: Nginx) => proxy.log().filter(({ isPoll, tookMs }) => isPoll && tookMs > 1_000);

describeWithNginx('behind a real nginx', () => {
  describeWithConsul('in front of a real Consul', () => {
    const agent = agentFor({ mode: 'server' });

    /** A leader and a follower behind an nginx, from when they have joined until enough polls have ended. */
    async function watched(settings: string, until: (proxy: Nginx) => Promise<void>) {
      const proxy = await startedNginx(agent().address, settings);
      const race = contest(proxy.address);
      const a = race.join('a');
      await a.until('Leader');
      const b = race.join('b');
      await b.until('Follower', ({ leader }) => leader !== undefined);
      await until(proxy);
      const kinds = [a, b].flatMap(({ states }) => states.map(({ kind }) => kind));
      // The follower is told of the handover by the poll that runs now.
      await a.resign();
      await b.until('Leader');
      await race.end();
      return { kinds, log: held(proxy) };
    }

    it('with its defaults and with proxy_read_timeout 5s there is no trouble, and one cut each', async () => {
      const [byDefault, cut] = await Promise.all([
        // A whole poll each, of 45 s and what Consul adds, is below its 60 s.
        watched('', (proxy) => polls(proxy, 200, 2)),
        watched('proxy_read_timeout 5s;', async (proxy) => {
          await polls(proxy, 504, 2);
          await polls(proxy, 200, 4);
        }),
      ]);
      expect(byDefault.kinds).not.toContain('Error');
      expect(byDefault.log.filter(({ status }) => status === 504)).toEqual([]);
      expect(cut.kinds).not.toContain('Error');
      expect(cut.log.filter(({ status }) => status === 504)).toHaveLength(2);
    });
  });
});
