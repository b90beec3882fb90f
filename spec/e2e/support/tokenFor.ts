import type { RealConsul } from '../../support/realConsul.js';

let policies = 0;

/** Makes a token with a policy, and gives its secret. */
export async function tokenFor(
  { address, managementToken }: RealConsul,
  rules: string,
): Promise<string> {
  const put = async (path: string, body: unknown): Promise<Record<string, string>> => {
    const response = await fetch(`${address}/v1/acl/${path}`, {
      method: 'PUT',
      headers: { 'X-Consul-Token': managementToken! },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as Record<string, string>;
  };
  const { ID } = await put('policy', { Name: `policy-${++policies}`, Rules: rules });
  return (await put('token', { Policies: [{ ID }] }))['SecretID']!;
}
