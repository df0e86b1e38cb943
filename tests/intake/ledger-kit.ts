import { reader } from '../../src/db/tx.ts';
import type { Database } from '../../src/db/database.ts';
import { entryFrom } from '../../src/evidence/entry-rows.ts';
import type { EntryRow } from '../../src/evidence/books.queries.ts';
import { postingKind } from '../../src/scoring/kinds.ts';
import { policyWith } from '../scoring/kit.ts';

type Row = EntryRow & { fact: string };
const ROWS = `
  select p.*, coalesce(o.external_id, r.external_id) as fact
    from posting p
    join (select id, external_id from merchant union all select id, external_id from buyer union all
          select id, external_id from product) s on s.id = p.subject_id and s.external_id = $1
    left join "order" o on o.id = p.fact_id left join review r on r.id = p.fact_id
   order by p.occurred_at, fact, p.kind, p.revision`;

/** A subject's ledger, in order of time, revisions and all. */
export const ledgerOf = async ({ pool }: Database, subject: string) =>
  (await reader(pool).query<Row>('', ROWS, [subject])).map((row) => ({ ...entryFrom(row), fact: row.fact }));
type LedgerEntry = Awaited<ReturnType<typeof ledgerOf>>[number];

/** What counts of it. */
export const liveOf = async (db: Database, subject: string): Promise<LedgerEntry[]> => {
  const entries = await ledgerOf(db, subject);
  const isReversed = ({ fact, kind, revision }: LedgerEntry) =>
    entries.some((other) => other.fact === fact && other.kind === kind && other.revision > revision);
  return entries.filter((entry) => entry.sign === 1 && !isReversed(entry));
};
/** Of which fact, what it means, and how often this counterparty was there before. */
export const named = ({ fact, kind, pairRank }: LedgerEntry): string => `${fact} ${postingKind(kind).key} ${pairRank}`;
export const liveNames = async (db: Database, subject: string) => (await liveOf(db, subject)).map(named);

/** Round numbers to reckon with. */
export const policy = policyWith({
  masses: { ORDER_DELIVERED: { good: 1 }, REVIEW_5: { good: 1 }, REVIEW_1: { bad: 1 } },
  value: { min: 0.25, ceiling: 2, referenceAmounts: { USD: 5000 } },
  reviewer: { floorPurchase: 0.5, floorFree: 0.1, experienceHalf: 3 },
});
