/**
 * What an error says. Told by shape, since an error of Node's is no `instanceof Error` in another
 * realm, such as jest's.
 */
export function messageOf(error: unknown): string {
  const { message } = Object(error) as { readonly message?: unknown };
  return typeof message === 'string' ? message : String(error);
}
