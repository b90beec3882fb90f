import * as E from 'fp-ts/lib/Either.js';
import type { OptionProblem } from '../../errors.js';
import type { Sourced } from '../decoding/environment.js';
import { hiddenProblem, optionProblem } from '../decoding/problems.js';
import type { Validated } from '../decoding/validated.js';

/** Where requests go. */
export interface Address {
  readonly origin: string;
  readonly pathPrefix: string;
  readonly socketPath?: string;
}

interface Parts {
  /** `undefined` for a bare `host:port`. */
  readonly scheme: string | undefined;
  readonly rest: string;
}

const shape =
  'Give http://host:port, https://host:port, unix:///path or host:port. Add a path after the ' +
  'port if a proxy needs one.';

/**
 * An address as Consul's own client reads it.
 *
 * Without a port, the port is the scheme's own, 80 or 443, since Go's `api` package hands the
 * address to `net/http` as it is; 8500 belongs only to the address that is taken when none is given.
 * Source: `NewClient` in https://github.com/hashicorp/consul/blob/main/api/api.go.
 *
 * @param given - the address and where it came from
 * @param defaultScheme - the scheme of an address that names none
 */
export function parseAddress(
  given: Sourced<string>,
  defaultScheme: 'http' | 'https',
): Validated<Address> {
  const { scheme, rest } = partsOf(given.value);
  if (scheme === 'unix') return socketAddress(given, rest, defaultScheme);
  // An `@`, a query or a fragment may carry credentials, wherever they stand.
  if (given.value.includes('@')) return refused(hiddenProblem(given.field, adviceOn(given.field)));
  if (/[?#]/.test(given.value)) {
    return refused(hiddenProblem(given.field, 'Remove `?` or `#` and what follows it.'));
  }
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return wrong(given);
  return networkAddress(given, scheme ?? defaultScheme, rest);
}

/** Whether an address says by itself which protocol to speak. */
export function namesScheme(address: string): boolean {
  return /^https?:\/\//i.test(address);
}

function partsOf(address: string): Parts {
  const at = address.indexOf('://');
  if (at < 0) return { scheme: undefined, rest: address };
  return { scheme: address.slice(0, at).toLowerCase(), rest: address.slice(at + 3) };
}

function socketAddress(
  given: Sourced<string>,
  path: string,
  scheme: 'http' | 'https',
): Validated<Address> {
  if (!path.startsWith('/') || path.includes('\0')) {
    const expected =
      'Give the absolute path of the socket, for example unix:///run/consul/http.sock.';
    return refused(hiddenProblem(given.field, expected));
  }
  return E.right({ origin: `${scheme}://localhost`, pathPrefix: '', socketPath: path });
}

function networkAddress(given: Sourced<string>, scheme: string, rest: string): Validated<Address> {
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const path = (slash < 0 ? '' : rest.slice(slash)).replace(/\/+$/, '');
  // `URL` would drop tabs and line breaks and turn a backslash into a slash, so they end here.
  if (!/^[\x21-\x7e]+$/.test(rest) || rest.includes('\\')) return wrong(given);
  if (isBareIpv6(authority)) {
    const expected = `Put an IPv6 address in brackets, for example [::1]:8500.`;
    return refused(optionProblem(given.field, given.value, expected));
  }
  if (path.split('/').some(isOddPart)) {
    const expected = 'Give a path without `//`, `.` or `..`, for example https://proxy/consul.';
    return refused(optionProblem(given.field, given.value, expected));
  }
  const url = URL.canParse(`${scheme}://${authority}${path}`)
    ? new URL(`${scheme}://${authority}${path}`)
    : undefined;
  if (url === undefined || url.hostname === '' || url.port === '0') return wrong(given);
  return E.right({ origin: url.origin, pathPrefix: path === '' ? '' : url.pathname });
}

const isBareIpv6 = (authority: string): boolean =>
  /^[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*$/i.test(authority);

// The first part is what stands before the leading slash, and always empty. `URL` takes %2e for a dot.
const isOddPart = (part: string, index: number): boolean =>
  part === '' ? index > 0 : /^(\.|%2e){1,2}$/i.test(part);

function adviceOn(field: string): string {
  const where = field === 'CONSUL_HTTP_ADDR' ? 'CONSUL_HTTP_AUTH' : 'the option `auth`';
  return `Put user and password in ${where}, not in the address.`;
}

const wrong = (given: Sourced<string>): Validated<never> =>
  refused(optionProblem(given.field, given.value, shape));

const refused = (problem: OptionProblem): Validated<never> => E.left([problem]);
