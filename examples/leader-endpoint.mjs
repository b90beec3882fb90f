// An HTTP server of which load balancers and monitors can ask whether it leads: GET /leader answers 200
// where it does and 503 elsewhere, as with Patroni. Run it twice, on two ports, and ask both:
//
//   CONSUL_HTTP_ADDR=127.0.0.1:8500 PORT=3001 node examples/leader-endpoint.mjs
//   curl -i http://127.0.0.1:3001/leader
import express from 'express';
import { leaderElection, resignOnSignal } from 'rxjs-leader-election';

const port = Number(process.env.PORT ?? 3001);
const url = `http://127.0.0.1:${port}`;
const election = leaderElection({ key: 'locks/leader-endpoint', metadata: { url } });

election.leadership$.subscribe(({ kind, error }) => console.log(kind, error?.message ?? ''));

const app = express();

// Compares clocks at this moment, so it is right even after the event loop stood still. A follower tells
// who leads, for those who want to go there.
app.get('/leader', (request, response) => {
  const leads = election.isLeader();
  const leader = leads ? url : election.state?.leader?.metadata?.url;
  response.status(leads ? 200 : 503).json({ leader: leader ?? null });
});

// Whether this instance knows its part. To follow is no reason to be restarted.
app.get('/health', (request, response) => {
  const state = election.state?.kind ?? 'Joining';
  const knows = state === 'Leader' || state === 'Follower';
  response.status(knows ? 200 : 503).json({ state });
});

const server = app.listen(port, '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(`listening on ${url}`);
});

// The lock first: /leader says 503 while requests that are under way still finish. Then the server.
resignOnSignal(election).subscribe({
  complete: () => server.close(),
  error: (error) => {
    console.error(error.message);
    server.close();
  },
});
