import fc from 'fast-check';
import { electionSettings } from '../../lib/config/electionSettings.js';
import type { JsonObject } from '../../lib/config/model/json.js';
import { maxMetadataBytes, metadataProblems } from '../../lib/config/values/metadata.js';

const cyclic: Record<string, unknown> = {};
cyclic['self'] = { back: cyclic };

const deep = Array.from({ length: 10_000 }).reduce<unknown>((inner) => ({ inner }), {});

describe('metadata', () => {
  it.each([[{ host: undefined }], [{ list: [1, undefined] }]])(
    '%p is taken as JSON.stringify takes it',
    (metadata) => {
      expect(metadataProblems(metadata)).toEqual([]);
    },
  );

  it.each([
    [{ a: 1n }, 'metadata.a', 'bigint'],
    [{ a: { b: () => 1 } }, 'metadata.a.b', 'function'],
    [{ a: Symbol('x') }, 'metadata.a', 'symbol'],
    [{ a: NaN }, 'metadata.a', 'finite'],
    [{ a: -Infinity }, 'metadata.a', 'finite'],
    [{ 'a b': new Map() }, 'metadata."a b"', 'plain object'],
    [{ a: new Uint8Array(1) }, 'metadata.a', 'plain object'],
    [cyclic, 'metadata.self.back', 'circular reference'],
    [[1], 'metadata', 'plain object'],
    ['text', 'metadata', 'plain object'],
    [null, 'metadata', 'plain object'],
  ])('%p is refused at its place', (metadata, field, word) => {
    const problems = metadataProblems(metadata);
    expect(problems.map((problem) => problem.field)).toEqual([field]);
    expect(problems[0]?.expected).toContain(word);
  });

  it('that is nested beyond reason is refused instead of exhausting the stack', () => {
    expect(metadataProblems(deep)[0]?.expected).toContain('at most 64 levels');
  });

  it('may hold the same object twice, since that is no cycle', () => {
    const shared = { x: 1 };
    expect(metadataProblems({ a: shared, b: [shared] })).toEqual([]);
  });

  it('is measured in bytes, and the largest fits into a transaction in base64', () => {
    const filled = (bytes: number) => ({ a: 'ä'.repeat((bytes - '{"a":""}'.length) / 2) });
    expect(metadataProblems(filled(maxMetadataBytes))).toEqual([]);
    expect(metadataProblems(filled(maxMetadataBytes + 2))[0]?.expected).toContain('389122');
    const base64Bytes = Math.ceil(maxMetadataBytes / 3) * 4;
    expect(base64Bytes + 2_048 + 1_024).toBeLessThan(524_288);
  });

  it('of any JSON is taken over as it is, and as a copy', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(objects, (object) => {
        const metadata = JSON.parse(JSON.stringify(object)) as JsonObject;
        const settled = electionSettings({ key: 'k', metadata }, {}).metadata;
        expect(settled).toEqual(metadata);
        expect(settled).not.toBe(metadata);
      }),
    );
  });
});
