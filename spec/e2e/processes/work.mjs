// What `consul lock` runs while it holds the lock: tells its beginning and its end.
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const tell = (kind) => process.stdout.write(`${JSON.stringify({ kind, atMs: nowMs() })}\n`);

tell('Leader');
setTimeout(() => tell('Follower'), 500);
