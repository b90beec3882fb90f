import { advance, freshCursor, paceMs, type Cursor } from '../../lib/watch/cursor.js';

const waitMs = 60_000;
const blockedOn = (index: number): Cursor => ({ index, quickReturns: 0 });

describe('advance', () => {
  it('blocks on the index of the answer', () => {
    expect(advance(freshCursor, { index: 7 }, 1, waitMs).index).toBe(7);
    expect(advance(blockedOn(7), { index: 9 }, 5_000, waitMs).index).toBe(9);
  });

  it('reads without an index after one that went backwards', () => {
    expect(advance(blockedOn(9), { index: 3 }, 5_000, waitMs).index).toBeUndefined();
  });

  it('never blocks on an index below 1, since that would not block at all', () => {
    expect(advance(freshCursor, { index: 0 }, 1, waitMs).index).toBe(1);
  });

  it('reads without an index after an early answer that brought no change', () => {
    expect(advance(blockedOn(9), { index: 9 }, 5_000, waitMs).index).toBeUndefined();
  });

  it('goes on blocking when the whole wait brought no change', () => {
    expect(advance(blockedOn(9), { index: 9 }, waitMs, waitMs).index).toBe(9);
  });
});

describe('paceMs', () => {
  const after = (returns: number, tookMs: number): Cursor =>
    Array.from({ length: returns }).reduce<Cursor>(
      (cursor, _, i) => advance(cursor, { index: i + 1 }, tookMs, waitMs),
      freshCursor,
    );

  it('does not slow down the few quick answers of a handover', () => {
    expect(paceMs(after(8, 1))).toBe(0);
  });

  it('bounds the rate of a watch that comes back at once again and again', () => {
    expect(paceMs(after(9, 1))).toBe(100);
  });

  it('is itself again after one answer that took its time', () => {
    expect(paceMs(advance(after(50, 1), { index: 99 }, 5_000, waitMs))).toBe(0);
  });
});
