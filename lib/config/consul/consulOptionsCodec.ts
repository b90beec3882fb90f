import * as t from 'io-ts';
import { optionGroup } from '../decoding/optionType.js';
import { otherConsulNames } from '../decoding/nearestName.js';
import { hiddenText, text, truthValue } from '../decoding/optionTypes.js';

const tlsProps = {
  ca: hiddenText('PEM text'),
  caFile: hiddenText('the path of a file'),
  caPath: hiddenText('the path of a directory'),
  cert: hiddenText('PEM text'),
  certFile: hiddenText('the path of a file'),
  key: hiddenText('PEM text'),
  keyFile: hiddenText('the path of a file'),
  serverName: text('the name'),
  verify: truthValue,
};

/** Decodes `TlsOptions`. */
export const tlsOptionsCodec = optionGroup(
  t.readonly(t.partial(tlsProps)),
  { own: Object.keys(tlsProps) },
  'Give an object of TLS options, for example { caFile: "ca.pem" }.',
);

const consulProps = {
  address: hiddenText('the address'),
  token: hiddenText('the token'),
  tokenFile: hiddenText('the path of a file'),
  auth: hiddenText('user:password'),
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
