import type { Tx } from '../db/tx.ts';
import { term } from '../scoring/decay.ts';
import { slotOf } from '../scoring/kinds.ts';
import { kindNumber, noTerms } from './book.ts';
import { saveStandings } from './books-saved.queries.ts';
import { lockNextOfKind, nextEntriesOf, type Cursor } from './build.queries.ts';
import { addToCheckpoints, withShelves, type Checkpoints } from './checkpoints.ts';
import { conditionsHeld } from './conditions-held.ts';
import { boundEntryFrom } from './entry-rows.ts';
import type { Folding } from './ledger.ts';
import { standingScored } from './standing.ts';
import { deleteCheckpoints, insertCheckpoints } from './volumes.queries.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
const ENTRIES_AT_ONCE = 20_000;

/** They are locked meanwhile: about a tenth of a second, of a hundred postings each. */
const SUBJECTS_AT_ONCE = 100;

/**
 * Builds the standings of the next subjects under a policy, and the checkpoints of long ledgers, from their whole ledger, each subject locked meanwhile, in the place of
 * whatever stood there. From then on what is entered about them is folded by whoever enters it, as it is about subjects that come
 * later. The last of these subjects; null when there are no more.
 */
export async function buildStandings(
  tx: Tx,
  { policyId, policy, subjectKind }: Omit<Folding, 'isDefault'>,
  after: string | null,
  now: number,
  atOnce = SUBJECTS_AT_ONCE,
): Promise<string | null> {
  const kind = kindNumber(subjectKind);
  const books = await lockNextOfKind(tx, kind, after ?? NIL, atOnce);
  const last = books.at(-1);
  if (!last) return null;
  const terms = new Map(books.map(({ subject_id }) => [subject_id, noTerms(subjectKind)]));
  const checkpoints = new Map(
    books.filter((book) => book.is_long).map(({ subject_id }): [string, Checkpoints] => [subject_id, new Map()]),
  );
  const ids = [...terms.keys()];
  const conditions = await conditionsHeld(tx, ids, now, now);
  let cursor: Cursor | null = { subjectId: NIL, factId: NIL, kind: 0, revision: 0 };
  while (cursor) {
    const page = await nextEntriesOf(tx, ids, cursor, ENTRIES_AT_ONCE);
    for (const row of page) {
      const entry = boundEntryFrom(row);
      const added = term(entry, policy);
      terms.get(row.subject_id)![slotOf(row.kind)]! += added;
      const own = checkpoints.get(row.subject_id);
      if (own) addToCheckpoints(own, entry, added);
    }
    const end = page.length < ENTRIES_AT_ONCE ? undefined : page.at(-1);
    cursor = end ? { subjectId: end.subject_id, factId: end.fact_id, kind: end.kind, revision: end.revision } : null;
  }
  await saveStandings(
    tx,
    books.map(({ subject_id: subjectId, counts, counterparties, first_day, last_day, volume }) => {
      const own = terms.get(subjectId)!;
      const counted = {
        counts: own.map((_, slot) => counts[slot] ?? 0),
        counterparties,
        firstDay: first_day,
        lastDay: last_day,
        conditions: conditions.get(subjectId) ?? [],
      };
      return {
        subjectId,
        policyId,
        kind,
        terms: own,
        checkpoints: volume,
        ...standingScored(policy, counted, own, now),
      };
    }),
  );
  await deleteCheckpoints(tx, [...checkpoints.keys()], [policyId]);
  await insertCheckpoints(
    tx,
    books.flatMap(({ subject_id: subjectId, volume }) =>
      withShelves(checkpoints.get(subjectId) ?? new Map(), volume).map((each) => ({ subjectId, policyId, ...each })),
    ),
  );
  return last.subject_id;
}
