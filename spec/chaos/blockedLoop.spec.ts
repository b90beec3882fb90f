import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { map, skipWhile, takeWhile, toArray } from 'rxjs';
import { consulFrom, destroySession, readKey } from '../../lib/index.js';
import { agentFor } from '../e2e/support/agentFor.js';
import { contest, ended, first, lockDelayMs } from '../e2e/support/contest.js';
import { talkingProcess } from '../e2e/support/talkingProcess.js';
import { nowMs } from '../e2e/support/terms.js';
import { describeWithConsul } from '../support/realConsul.js';

describeWithConsul('a leader whose event loop stands still for longer than its lease', () => {
  const agent = agentFor();

  it('leads no more by the first call, works no more, and writes no more', async () => {
    const { address } = agent();
    const consul = consulFrom({ address });
    const race = contest(address);
    const plan = {
      options: { key: race.key, consul: { address }, lockDelayMs },
      // Until another leads, which is longer than its lease.
      untilFile: join(agent().folder, 'another-leads'),
    };
    const file = join(__dirname, 'processes/blocked.mjs');
    const victim = talkingProcess(process.execPath, [file, JSON.stringify(plan)]);
    await victim.until('Blocks');
    const { entry } = await first(readKey(consul, race.key));
    await ended(destroySession(consul, entry!.sessionId!));
    const heir = race.join('heir');
    await heir.until('Leader');
    const ledAtMs = nowMs();
    writeFileSync(plan.untilFile, '');

    const after$ = victim.line$.pipe(
      map((line) => JSON.parse(line) as { readonly kind: string; readonly atMs: number }),
      skipWhile(({ kind }) => kind !== 'Asked'),
      takeWhile(({ kind }) => kind !== 'Follower', true),
      toArray(),
    );
    const after = await first(after$);
    victim.child.kill('SIGKILL');
    await victim.gone;
    expect(after[0]!.atMs).toBeGreaterThan(ledAtMs);
    // A timer of the work that was overdue fires once, asks, and is told; nothing that it emits passes.
    const ticks = after.filter(({ kind }) => kind === 'Ticked');
    expect(ticks.length).toBeLessThanOrEqual(1);
    for (const tick of ticks) expect(tick).toMatchObject({ stopped: true, leads: false });
    expect(after.filter(({ kind }) => kind !== 'Ticked')).toMatchObject([
      { kind: 'Asked', leads: false },
      { kind: 'Answered', answer: 'fenced' },
      { kind: 'Error' },
      { kind: 'Follower' },
    ]);
    expect((await first(readKey(consul, 'blocked/late'))).entry).toBeUndefined();
    await race.end();
  });
});
