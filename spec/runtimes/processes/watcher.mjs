// Watches a key in the runtime that is tried, and tells its values with the number of long polls it took.
import { take } from 'rxjs';
import { consulFrom, watchKey } from 'rxjs-leader-election';

const { consul: options, key } = JSON.parse(process.argv[2]);
const consul = consulFrom(options);
let polls = 0;
const transport = {
  request: (request) => {
    if (request.longPoll) polls += 1;
    return consul.transport.request(request);
  },
  close: () => consul.transport.close(),
};

watchKey({ ...consul, transport }, key, { waitMs: 60_000 })
  .pipe(take(2))
  .subscribe(({ entry }) => console.log(`${entry?.value} by ${polls} long polls`));
