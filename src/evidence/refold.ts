import type { Tx } from '../db/tx.ts';
import { SUBJECT_KINDS, type SubjectKind } from '../kernel/subject.ts';
import { kindsOf } from '../scoring/kinds.ts';
import { DAY_MS } from './book.ts';
import { lockTallies, standingsOf } from './books.queries.ts';
import { entryFrom } from './books.ts';
import { add, balanceFrom, emptyFold, type Fold } from './fold.ts';
import type { Folding } from './ledger.ts';
import { nextEntries, nextTallies, type BalanceRow, type Cursor } from './refold.queries.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
const ENTRIES_AT_ONCE = 20_000;
const SUBJECTS_AT_ONCE = 2_000;

/** A subject's balances as they are, and as its postings make them. */
export interface Refolded {
  readonly subjectId: string;
  readonly kind: SubjectKind;
  readonly kept: Balances;
  readonly folded: Balances;
}
export interface Balances {
  readonly counts: readonly number[];
  readonly counterparties: number;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  readonly terms: ReadonlyMap<string, readonly bigint[]>; // by policy id
}

/** The subjects after one id, up to so many, with their balances folded anew from the ledger. Empty at the end. */
export async function refold(
  tx: Tx,
  foldings: readonly Folding[],
  { after = NIL, isLocking = false }: { after?: string | undefined; isLocking?: boolean },
): Promise<Refolded[]> {
  let rows = await nextTallies(tx, after, SUBJECTS_AT_ONCE);
  if (rows.length === 0) return [];
  if (isLocking) rows = await lockAll(tx, rows, after);
  const kept = await keptTerms(tx, rows);
  const folds = await foldsOf(tx, rows, after, foldings);
  return rows.map((row) => refoldedFrom(row, kept.get(row.subject_id) ?? new Map(), folds.get(row.subject_id)!));
}

/** The same subjects as they are once nobody else can write to them. */
async function lockAll(tx: Tx, rows: readonly BalanceRow[], after: string): Promise<BalanceRow[]> {
  const ids = new Set(rows.map(({ subject_id }) => subject_id));
  await lockTallies(tx, [...ids]);
  return (await nextTallies(tx, after, SUBJECTS_AT_ONCE)).filter(({ subject_id }) => ids.has(subject_id));
}

async function keptTerms(tx: Tx, rows: readonly BalanceRow[]): Promise<Map<string, Map<string, bigint[]>>> {
  const bySubject = new Map<string, Map<string, bigint[]>>();
  for (const row of await standingsOf(
    tx,
    rows.map(({ subject_id }) => subject_id),
  )) {
    const terms = bySubject.get(row.subject_id) ?? new Map<string, bigint[]>();
    bySubject.set(row.subject_id, terms.set(row.policy_id, row.terms.map(BigInt)));
  }
  return bySubject;
}

/** By subject and policy. A page of the ledger at a time, however long a subject's history is. */
async function foldsOf(
  tx: Tx,
  rows: readonly BalanceRow[],
  after: string,
  foldings: readonly Folding[],
): Promise<Map<string, Map<string, Fold>>> {
  const folds = new Map(rows.map((row) => [row.subject_id, foldsFor(kindFrom(row), foldings)]));
  const upTo = rows.at(-1)!.subject_id;
  let cursor: Cursor = { subjectId: after, factId: LAST_ID, kind: 32_767, revision: 32_767 };
  for (;;) {
    const page = await nextEntries(tx, cursor, upTo, ENTRIES_AT_ONCE);
    for (const row of page) for (const fold of folds.get(row.subject_id)?.values() ?? []) add(fold, entryFrom(row));
    const last = page.at(-1);
    if (!last || page.length < ENTRIES_AT_ONCE) return folds;
    cursor = { subjectId: last.subject_id, factId: last.fact_id, kind: last.kind, revision: last.revision };
  }
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const kindFrom = (row: BalanceRow): SubjectKind => SUBJECT_KINDS[row.subject_kind]!;

const foldsFor = (kind: SubjectKind, foldings: readonly Folding[]): Map<string, Fold> =>
  new Map(
    foldings
      .filter(({ subjectKind }) => subjectKind === kind)
      .map(({ policyId, policy }) => [policyId, emptyFold(policy)]),
  );

function refoldedFrom(
  row: BalanceRow,
  kept: ReadonlyMap<string, bigint[]>,
  folds: ReadonlyMap<string, Fold>,
): Refolded {
  const kind = kindFrom(row);
  const [anyFold] = folds.values();
  const balance = anyFold && balanceFrom(anyFold);
  const day = (instant: number | null | undefined) => (instant == null ? null : instant / DAY_MS);
  const places = kindsOf(kind).length;
  return {
    subjectId: row.subject_id,
    kind,
    kept: {
      counts: Array.from({ length: places }, (_, i) => row.counts[i] ?? 0),
      counterparties: row.counterparties,
      firstDay: row.first_day,
      lastDay: row.last_day,
      terms: new Map([...kept].map(([policyId, terms]) => [policyId, padded(terms, places)])),
    },
    folded: {
      counts: balance?.counts ?? Array.from({ length: places }, () => 0),
      counterparties: balance?.counterparties ?? 0,
      firstDay: day(balance?.firstDay),
      lastDay: day(balance?.lastDay),
      terms: new Map([...folds].map(([policyId, fold]) => [policyId, fold.terms])),
    },
  };
}

const padded = (terms: readonly bigint[], places: number): bigint[] =>
  Array.from({ length: places }, (_, i) => terms[i] ?? 0n);

/** In what a subject's balances differ from its postings; empty if in nothing. */
export function differencesOf({ kept, folded }: Refolded): string[] {
  const found: string[] = [];
  const compare = (what: string, a: unknown, b: unknown) => {
    if (String(a) !== String(b)) found.push(`${what} is ${String(a)}, its postings say ${String(b)}`);
  };
  for (const what of ['counts', 'counterparties', 'firstDay', 'lastDay'] as const)
    compare(what, kept[what], folded[what]);
  for (const [policyId, terms] of folded.terms)
    compare(`standing under ${policyId}`, kept.terms.get(policyId) ?? terms.map(() => 0n), terms);
  return found;
}
