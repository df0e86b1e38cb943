import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newId } from '../../src/kernel/ids.ts';
import { sortedById } from '../../src/kernel/sorted-by-id.ts';

const byText = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

it('rows are sorted by their ids as texts are, and stay in their order where these are the same', () => {
  const anId = fc.oneof(
    fc.uuid(),
    fc.integer({ min: 0, max: 3 }).map((at) => newId(1_700_000_000_000 + at)),
    fc.integer({ min: 0, max: 999 }).map((n) => `0199a1b2-0000-7000-8000-000000000${String(n).padStart(3, '0')}`),
  );
  fc.assert(
    fc.property(fc.array(anId, { maxLength: 60 }), fc.nat(), (ids, again) => {
      const rows = [...ids, ...ids.slice(0, again % 5)].map((id, i) => ({ id, i }));
      expect(sortedById(rows, ({ id }) => id)).toEqual(rows.toSorted(byText));
    }),
  );
});
