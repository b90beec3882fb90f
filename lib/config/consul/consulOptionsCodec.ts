import * as t from 'io-ts';
import { optionGroup } from '../decoding/optionType.js';
import { otherConsulNames } from '../decoding/nearestName.js';
import { secretText, text, booleanType } from '../decoding/optionTypes.js';

const tlsProps = {
  ca: secretText('PEM text'),
  caFile: secretText('the path of a file'),
  caPath: secretText('the path of a directory'),
  cert: secretText('PEM text'),
  certFile: secretText('the path of a file'),
  key: secretText('PEM text'),
  keyFile: secretText('the path of a file'),
  serverName: text('the name'),
  verify: booleanType,
};

/** Decodes `TlsOptions`. */
export const tlsOptionsCodec = optionGroup(
  t.readonly(t.partial(tlsProps)),
  { own: Object.keys(tlsProps) },
  'Give an object of TLS options, for example { caFile: "ca.pem" }.',
);

const consulProps = {
  address: secretText('the address'),
  token: secretText('the token'),
  tokenFile: secretText('the path of a file'),
  auth: secretText('user:password'),
  tls: tlsOptionsCodec,
  datacenter: text('the name'),
  namespace: text('the name'),
  partition: text('the name'),
};

/** Decodes `ConsulOptions`: what each option is; what stands in it is judged where it is resolved. */
export const consulOptionsCodec = optionGroup(
  t.readonly(t.partial(consulProps)),
  {
    own: Object.keys(consulProps),
    nested: Object.keys(tlsProps).map((name) => `tls.${name}`),
    elsewhere: otherConsulNames,
  },
  'Give an object of options, for example { address: "http://127.0.0.1:8500" }.',
);

/** The names of the options under `consul`. */
export const consulOptionNames: readonly string[] = Object.keys(consulProps);
