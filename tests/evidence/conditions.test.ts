import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reader } from '../../src/db/tx.ts';
import { conditionsHeld } from '../../src/evidence/conditions-held.ts';
import { conditionsAt, type ConditionSpan } from '../../src/evidence/conditions.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { balanceRows } from '../../src/grades/balances.queries.ts';
import { newId } from '../../src/kernel/ids.ts';
import { CONDITIONS } from '../../src/scoring/policy.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';

const anInstant = fc.integer({ min: -5, max: 5 }).map((step) => NOW + step * 1000);
const maybe = fc.option(anInstant, { nil: null });
const aSpan: fc.Arbitrary<ConditionSpan> = fc
  .record({
    code: fc.constantFrom(...CONDITIONS.slice(1)),
    startsAt: anInstant,
    lasts: fc.option(fc.integer({ min: 1, max: 8 }), { nil: null }),
    recordedAt: anInstant,
    liftedAt: maybe,
    annulledAt: maybe,
  })
  .map(({ lasts, ...span }) => ({ ...span, endsAt: lasts === null ? null : span.startsAt + lasts * 1000 }));
const someSpans = fc.array(aSpan, { maxLength: 5 });

describe('a condition', () => {
  it('that was annulled never held, once that is known, and had held as far as was known before', () => {
    fc.assert(
      fc.property(someSpans, aSpan, anInstant, anInstant, (others, span, asOf, knownAt) => {
        const withIt = conditionsAt([...others, { ...span, annulledAt: NOW }], asOf, knownAt);
        const without = conditionsAt(
          knownAt >= NOW ? others : [...others, { ...span, annulledAt: null }],
          asOf,
          knownAt,
        );

        expect(withIt.toSorted()).toEqual(without.toSorted());
      }),
    );
  });

  it('that was lifted holds up to that instant as if it had been given that end, once that is known', () => {
    fc.assert(
      fc.property(aSpan, anInstant, (span, asOf) => {
        const open = { ...span, endsAt: null, annulledAt: null, liftedAt: null, recordedAt: NOW - 9000 };
        const lifted = conditionsAt([{ ...open, liftedAt: NOW }], asOf, NOW);

        expect(lifted).toEqual(conditionsAt([{ ...open, endsAt: NOW }], asOf, NOW));
        expect(conditionsAt([{ ...open, liftedAt: NOW }], asOf, NOW - 1)).toEqual(conditionsAt([open], asOf, NOW - 1));
      }),
    );
  });

  it('is unknown before it is recorded, and holds from its start up to its end', () => {
    const span = {
      code: 'SANCTION_REMOVAL',
      startsAt: NOW,
      endsAt: NOW + 2,
      recordedAt: NOW,
      liftedAt: null,
      annulledAt: null,
    } as const;
    const held = (asOf: number, knownAt = NOW + 9) => conditionsAt([span], asOf, knownAt).length;

    expect([held(NOW - 1), held(NOW), held(NOW + 1), held(NOW + 2), held(NOW, NOW - 1)]).toEqual([0, 1, 1, 0, 0]);
  });
});

describe("the storefront's read", () => {
  const db = aDatabase();

  it('finds the conditions that hold now as any other moment is worked out', async () => {
    const sql = reader(db.pool);
    await ensureDefaultPolicies(sql, NOW);
    await fc.assert(
      fc.asyncProperty(someSpans, anInstant, async (spans, now) => {
        const subjectId = newId(NOW);
        await sql.query(
          '',
          `insert into tally (subject_id, subject_kind, counts, counterparties, stars, verified, excluded, dimension_counts,
             dimension_sums, consensus_sum, consensus_weight)
           values ($1, 0, '{}', 0, '{0,0,0,0,0}', 0, 0, '{0,0,0}', '{0,0,0}', 0, 0)`,
          [subjectId],
        );
        const at = (instant: number | null) => (instant === null ? null : new Date(instant));
        for (const span of spans)
          await sql.query(
            '',
            `insert into condition (subject_id, id, code, starts_at, ends_at, recorded_at, lifted_at, annulled_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)`,
            [
              subjectId,
              newId(NOW),
              span.code,
              at(span.startsAt),
              at(span.endsAt),
              at(span.recordedAt),
              at(span.liftedAt),
              at(span.annulledAt),
            ],
          );
        const [row] = await balanceRows(sql, [subjectId], newId(NOW));
        const held = (await conditionsHeld(sql, [subjectId], now, now)).get(subjectId) ?? [];

        expect([...conditionsAt(row!.conditions ?? [], now, now)].toSorted()).toEqual([...held].toSorted());
        expect([...held].toSorted()).toEqual([...conditionsAt(spans, now, now)].toSorted());
      }),
      { numRuns: 30 },
    );
  });
});
