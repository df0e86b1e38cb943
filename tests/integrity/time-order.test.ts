import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdIndex } from '../../src/evidence/id-index.ts';
import { Growing } from '../../src/integrity/growing.ts';
import { numberAnew, orderOfTime, putInOrder } from '../../src/integrity/time-order.ts';

const DAY = 86_400_000;
const bytesOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');

describe('reviews as they lie in the table', () => {
  it('are put in order of time, and of ids within an instant', () => {
    const rows = fc.array(fc.record({ at: fc.integer({ min: 0, max: 90 * DAY }), id: fc.uuid() }), { maxLength: 60 });
    fc.assert(
      fc.property(rows, fc.constantFrom(1, 10 * DAY), (asked, step) => {
        const known = asked.map(({ at, id }) => ({ at: Date.UTC(2026, 0, 1) + at - (at % step), id }));
        const times = Float64Array.from(known, ({ at }) => at);
        const order = orderOfTime(times, (row) => bytesOf(known[row]!.id));
        const sorted = known.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
        expect([...(order ?? known.keys())].map((row) => known[row])).toEqual(sorted);
        if (order) putInOrder(times, order);
        expect([...times]).toEqual(sorted.map(({ at }) => at));
      }),
    );
  });

  it('are numbered anew as they come in it', () => {
    const column = Int32Array.of(2, 0, 2, 1, 0);
    expect([...numberAnew(column, 3)]).toEqual([1, 2, 0]);
    expect([...column]).toEqual([0, 1, 0, 2, 1]);
  });
});

it('an index of ids numbers thousands as they come, knows them, and under other numbers too', () => {
  const ids = Array.from({ length: 3_000 }, () => randomUUID());
  const index = new IdIndex(1);
  for (const _ of [1, 2]) expect(ids.map((id) => index.numberOf(bytesOf(id), 0))).toEqual([...ids.keys()]);
  const reversed = index.renumbered(Int32Array.from(ids, (_, number) => ids.length - 1 - number));
  for (const [number, id] of ids.toReversed().entries()) {
    expect(reversed.known(id)).toBe(number);
    expect(reversed.idOf(number)).toBe(id);
  }
  expect([index.size, reversed.size, index.known(randomUUID())]).toEqual([3_000, 3_000, undefined]);
});

it('a column grows where it is', () => {
  const column = new Growing(Float64Array);
  for (let i = 0; i < 5_000; i++) column.push(i / 2);
  column.set(9_000, -1);
  const done = column.done();
  expect([done.length, done[4_999], done[5_000], done[9_000]]).toEqual([9_001, 2_499.5, 0, -1]);
});
