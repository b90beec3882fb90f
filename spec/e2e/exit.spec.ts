import { describeWithConsul } from '../support/realConsul.js';
import { agentFor } from './support/agentFor.js';
import { childContender } from './support/childContender.js';

const kinds = ({ told }: { readonly told: readonly { readonly kind: string }[] }) =>
  told.map(({ kind }) => kind);

describeWithConsul('a process whose part in the election has ended', () => {
  const agent = agentFor();
  const sessions = async (): Promise<unknown> =>
    (await fetch(`${agent().address}/v1/session/list`)).json();
  const options = (key: string) => ({ key, consul: { address: agent().address } });

  it.each([
    ['resign' as const, ['Follower', 'Leader', 'Follower', 'Resigned']],
    ['unsubscribe' as const, ['Follower', 'Leader']],
  ])('exits by itself after %s: no timer, socket or session is left', async (action, told) => {
    const child = childContender('child', options(`locks/${action}`), action);
    expect(await child.exit).toEqual({ code: 0, stderr: '' });
    expect(kinds(child)).toEqual(told);
    expect(await sessions()).toEqual([]);
  });

  it('crashes with the reason when retry is off and nobody handles errors', async () => {
    const address = 'http://127.0.0.1:1';
    const child = childContender('child', { key: 'k', consul: { address }, retry: false });
    const { code, stderr } = await child.exit;
    expect(code).toBe(1);
    expect(stderr).toMatch(/CONNECTION_FAILED|127\.0\.0\.1:1/);
  });
});
