import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { reader } from '../../src/db/tx.ts';
import type { NewFinding } from '../../src/integrity/findings.ts';
import type { Recorded } from '../../src/integrity/record-findings.ts';
import { saveHabit } from '../../src/integrity/marks.queries.ts';
import { recordScan } from '../../src/integrity/record-scan.ts';
import { countOf } from '../intake/ingest-kit.ts';
import { aDatabase } from '../kit/database.ts';

const db = aDatabase();
const moment = { now: Date.UTC(2026, 10, 21), foldingsAt };
const record = (findings: readonly NewFinding[]) => recordScan(db.pool, findings, moment);

const idOf = (kind: number, i: number) =>
  `${String(kind).padStart(8, '0')}-0000-7000-8000-${String(i).padStart(12, '0')}`;
const review = (i: number) => idOf(2, i);

/** That reviews of one merchant seem fake, by one family of evidence, so that they go on counting. */
const finding = (merchant: number, reviewIds: readonly string[], seen = 4): NewFinding => ({
  merchantId: idOf(1, merchant),
  kind: 'REVIEW',
  probability: 0.8,
  outcome: 'COUNTED',
  evidence: [
    { family: 'BEHAVIOUR', code: 'SURGE', observed: seen, expected: 1, logLikelihoodRatio: 3, detail: { surprise: 5 } },
    { family: 'BEHAVIOUR', code: 'BURST', observed: seen, expected: 1, logLikelihoodRatio: 3, detail: {} },
  ],
  codes: ['SURGE', 'BURST'],
  reviewIds,
  orderIds: [],
  heldIds: [],
  ring: null,
});
const many = Array.from({ length: 620 }, (_, i) => finding(i % 50, [review(i)]));
const became = (what: Recorded['became'], recorded: readonly Recorded[]) =>
  recorded.filter((each) => each.became === what).length;

const TABLES = ['suspicion', 'suspicion_review', 'suspicion_verdict', 'note'] as const;
const counted = () => Promise.all([...TABLES, 'suspicion_evidence'].map((table) => countOf(db, table)));

describe('what a scan found', () => {
  beforeAll(() => saveHabit(reader(db.pool), { reviews: 0, newcomers: 0, deliveries: 0 }, new Date(moment.now))); // as a scan begins
  beforeEach(() => db.pool.query(`truncate ${TABLES.join(', ')}, suspicion_evidence`));

  it('is opened once where two scans find it at the same moment', async () => {
    const both = await Promise.all([record(many), record(many)]);
    expect(became('OPENED', both.flat())).toBe(620);
    expect(became('UPDATED', both.flat())).toBe(620);
    expect(await counted()).toEqual([620, 620, 620, 620, 1240]);
  });

  it('is whole or not there when a scan breaks off, and the next one adds what is missing', async () => {
    await db.pool.query(`create function break_off() returns trigger language plpgsql as $$
      begin if new.review_id = '${review(600)}' then raise exception 'the disk is full'; end if; return new; end $$`);
    await db.pool.query(
      'create trigger break_off before insert on suspicion_review for each row execute function break_off()',
    );
    await expect(record(many)).rejects.toThrow('the disk is full');
    await db.pool.query('drop trigger break_off on suspicion_review');

    const [whole] = await counted();
    expect(whole).toBeGreaterThan(0);
    expect(await counted()).toEqual([whole, whole, whole, whole, 2 * whole!]);
    expect(became('OPENED', await record(many))).toBe(620 - whole!);
    expect(await counted()).toEqual([620, 620, 620, 620, 1240]);
  });

  it('is written in its order where two findings are about one suspicion', async () => {
    await record([finding(1, [review(1), review(2)])]);
    const again = await record([finding(1, [review(1)], 5), finding(1, [review(2)], 6), finding(2, [review(3)])]);
    expect(again.map((each) => each.became).toSorted()).toEqual(['OPENED', 'UPDATED', 'UPDATED']);
    const { rows } = await db.pool.query(`select observed from suspicion_evidence where merchant_id = $1`, [
      idOf(1, 1),
    ]);
    expect(rows).toEqual([{ observed: 6 }, { observed: 6 }]);
    expect(await counted()).toEqual([2, 3, 2, 2, 4]);
  });
});
