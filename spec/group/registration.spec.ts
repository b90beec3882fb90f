import type { KeyEntry } from '../../lib/consul/http/answers.js';
import { contenders } from '../../lib/group/registration.js';
import { groupOf, type Group, type GroupContext } from '../../lib/group/group.js';

const prefix = 'locks/shards/';
const at = { monotonicMs: 0, wallMs: 0 };

/** What a process registers by a session. */
const registration = (sessionId: string, value: string): KeyEntry => ({
  ...{ key: `${prefix}.contenders/${sessionId}`, value, flags: 0n, sessionId },
  ...{ createIndex: 1, modifyIndex: 1, lockIndex: 1 },
});

function see(group: Group, ...entries: readonly KeyEntry[]): void {
  group.seen = {
    sessionId: 'own',
    observation: { entries, index: 1, sentAt: at, receivedAt: at, isPolled: true },
    entryOf: new Map(entries.map((entry) => [entry.key, entry])),
  };
}

describe('what the registrations of a group say', () => {
  const group = groupOf({ prefix } as GroupContext);

  it('is for which keys each session contends, and nothing where that cannot be read', () => {
    see(group, registration('b', '["1","2"]'), registration('a', 'by hand'));
    expect([...contenders(group, 'own')]).toEqual([
      ['a', undefined],
      ['b', new Set([`${prefix}1`, `${prefix}2`])],
      ['own', new Set()],
    ]);
  });

  it('is forgotten once its session is gone', () => {
    see(group, registration('b', '["1"]'));
    contenders(group, 'own');
    see(group);
    expect([...contenders(group, 'own').keys()]).toEqual(['own']);
    expect(group.registered.size).toBe(0);
  });
});
