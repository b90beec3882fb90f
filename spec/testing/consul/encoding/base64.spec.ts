import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import {
  decodeBase64,
  decodeText,
  encodeBase64,
  encodeText,
} from '../../../../lib/testing/consul/encoding/base64.js';

describe('base64', () => {
  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(E.right(bytes));
      }),
    );
  });

  it('gives back any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeText(encodeText(text))).toBe(text);
      }),
    );
  });

  it.each([
    ['no!', 2],
    ['abc', 3],
    ['ab=c', 2],
    ['a===', 1],
  ])('says where %s goes wrong', (text, at) => {
    expect(decodeBase64(text)).toEqual(E.left(`illegal base64 data at input byte ${at}`));
  });
});
