import { expectTypeOf } from 'expect-type';
import type * as t from 'io-ts';
import type {
  consulOptionsCodec,
  tlsOptionsCodec,
} from '../../lib/config/consul/consulOptionsCodec.js';
import {
  electionOptionNames,
  electionOptionsCodec as codec,
} from '../../lib/config/electionSettings.js';
import type {
  ConsulOptions,
  ElectionOptions,
  RetryOptions,
  TimingOptions,
  TlsOptions,
} from '../../lib/config/model/options.js';
import type { retryOptionsCodec } from '../../lib/config/values/retry.js';
import type { timingOptionsCodec } from '../../lib/config/explain/explainTiming.js';

/** Intersections written as one object, so that only names, types and modifiers are compared. */
type Flat<A> = { [Name in keyof A]: A[Name] };

describe('codecs and public interfaces', () => {
  it('say the same of every option', () => {
    expectTypeOf<Flat<t.TypeOf<typeof tlsOptionsCodec>>>().toEqualTypeOf<Flat<TlsOptions>>();
    expectTypeOf<Flat<t.TypeOf<typeof timingOptionsCodec>>>().toEqualTypeOf<Flat<TimingOptions>>();
    expectTypeOf<t.TypeOf<typeof retryOptionsCodec>>().toEqualTypeOf<RetryOptions | false>();
    expectTypeOf<Flat<t.TypeOf<typeof consulOptionsCodec>>>().toEqualTypeOf<Flat<ConsulOptions>>();
    expectTypeOf<Flat<t.TypeOf<typeof codec>>>().toEqualTypeOf<Flat<ElectionOptions>>();
    expect(electionOptionNames).toEqual(expect.arrayContaining(['key', 'leaseMs', 'chance']));
  });

  it('know a value that has the right shape', () => {
    expect(codec.is({ key: 'k', leaseMs: 100 })).toBe(true);
    expect(codec.is({ key: 'k', leaseMs: 1 })).toBe(false);
    expect(codec.is({})).toBe(false);
  });
});
