import type { Tx } from '../db/tx.ts';
import { SUBJECT_KINDS, type SubjectKind } from '../kernel/subject.ts';
import { kindsOf } from '../scoring/kinds.ts';
import { DAY_MS } from './book.ts';
import { lockTallies, standingsOf } from './books.queries.ts';
import type { ClosedVolume, Checkpoint } from './checkpoints.ts';
import { entryFrom, recordedEntryFrom } from './entry-rows.ts';
import { add, balanceFrom, emptyFold, type Fold } from './fold.ts';
import type { Folding } from './ledger.ts';
import { nextEntries, nextTallies, type BalanceRow, type Cursor } from './refold.queries.ts';
import {
  addToVolumes,
  checkpointsIn,
  closedVolumesOf,
  emptyVolumeFold,
  openVolumeOf,
  type VolumeFold,
} from './volume-fold.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
const ENTRIES_AT_ONCE = 20_000;
const SUBJECTS_AT_ONCE = 2_000;
const POSTINGS_AT_ONCE = 200_000; // live ones, so that what is kept of long ledgers stays small

/** A subject's balances as they are, and as its postings make them. */
export interface Refolded {
  readonly subjectId: string;
  readonly kind: SubjectKind;
  readonly isLong: boolean; // its ledger has closed volumes, or should have
  readonly kept: Balances & { readonly checkpointed: ReadonlyMap<string, number> }; // volumes with checkpoints, by policy id
  readonly folded: Balances & FoldedVolumes;
}
export interface Balances {
  readonly counts: readonly number[];
  readonly counterparties: number;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  readonly volume: number; // the open one
  readonly volumeEntries: number;
  readonly terms: ReadonlyMap<string, readonly bigint[]>; // by policy id
}
export interface FoldedVolumes {
  readonly closed: readonly Omit<ClosedVolume, 'subjectId'>[];
  readonly checkpoints: ReadonlyMap<string, readonly Checkpoint[]>; // by policy id
}

/** The subjects after one id, up to so many, with their balances folded anew from the ledger. Empty at the end. */
export async function refold(
  tx: Tx,
  foldings: readonly Folding[],
  { after = NIL, isLocking = false }: { after?: string | undefined; isLocking?: boolean },
): Promise<Refolded[]> {
  let rows = firstOf(await nextTallies(tx, after, SUBJECTS_AT_ONCE));
  if (rows.length === 0) return [];
  if (isLocking) rows = await lockAll(tx, rows, after);
  const kept = await keptStandings(tx, rows);
  const gathered = await gather(tx, rows, after, foldings);
  return rows.map((row) => refoldedFrom(row, kept.get(row.subject_id) ?? [], gathered.get(row.subject_id)!));
}

/** As many as may be held at once, one at least. */
function firstOf(rows: readonly BalanceRow[]): BalanceRow[] {
  let postings = 0;
  const end = rows.findIndex(({ counts }, i) => {
    postings += counts.reduce((sum, each) => sum + each, 0);
    return i > 0 && postings > POSTINGS_AT_ONCE;
  });
  return end < 0 ? [...rows] : rows.slice(0, end);
}

/** The same subjects as they are once nobody else can write to them. */
async function lockAll(tx: Tx, rows: readonly BalanceRow[], after: string): Promise<BalanceRow[]> {
  const ids = new Set(rows.map(({ subject_id }) => subject_id));
  await lockTallies(tx, [...ids]);
  return (await nextTallies(tx, after, SUBJECTS_AT_ONCE)).filter(({ subject_id }) => ids.has(subject_id));
}

interface KeptTerms {
  readonly policyId: string;
  readonly terms: readonly bigint[];
  readonly checkpoints: number;
}

async function keptStandings(tx: Tx, rows: readonly BalanceRow[]): Promise<Map<string, KeptTerms[]>> {
  const found = await standingsOf(
    tx,
    rows.map(({ subject_id }) => subject_id),
  );
  const bySubject = new Map<string, KeptTerms[]>();
  for (const { subject_id, policy_id, terms, checkpoints } of found) {
    const own = bySubject.get(subject_id) ?? [];
    own.push({ policyId: policy_id, terms: terms.map(BigInt), checkpoints });
    bySubject.set(subject_id, own);
  }
  return bySubject;
}

/** What one subject's entries come to. */
interface Gathered {
  readonly folds: ReadonlyMap<string, Fold>; // by policy id
  readonly volumes: VolumeFold | null; // null: all is in the first one
  entries: number;
}

/** By subject. A page of the ledger at a time, however long a subject's history is. */
async function gather(
  tx: Tx,
  rows: readonly BalanceRow[],
  after: string,
  foldings: readonly Folding[],
): Promise<Map<string, Gathered>> {
  const gathered = new Map(
    rows.map((row): [string, Gathered] => [
      row.subject_id,
      { folds: foldsFor(kindFrom(row), foldings), volumes: row.is_long ? emptyVolumeFold() : null, entries: 0 },
    ]),
  );
  const upTo = rows.at(-1)!.subject_id;
  const long = rows.filter((row) => row.is_long).map(({ subject_id }) => subject_id);
  let cursor: Cursor = { subjectId: after, factId: LAST_ID, kind: 32_767, revision: 32_767 };
  for (;;) {
    const page = await nextEntries(tx, cursor, upTo, ENTRIES_AT_ONCE, long);
    for (const row of page) {
      const own = gathered.get(row.subject_id);
      if (!own) continue; // its book was opened after we asked
      own.entries++;
      if (own.volumes) {
        const entry = recordedEntryFrom({ ...row, recorded_at: row.recorded_at! });
        addToVolumes(
          own.volumes,
          entry,
          new Map([...own.folds].map(([policyId, fold]) => [policyId, add(fold, entry)])),
        );
      } else {
        const entry = entryFrom(row);
        for (const fold of own.folds.values()) add(fold, entry);
      }
    }
    const last = page.at(-1);
    if (!last || page.length < ENTRIES_AT_ONCE) return gathered;
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

function refoldedFrom(row: BalanceRow, kept: readonly KeptTerms[], gathered: Gathered): Refolded {
  const kind = kindFrom(row);
  const places = kindsOf(kind).length;
  return {
    subjectId: row.subject_id,
    kind,
    isLong: row.is_long,
    kept: {
      counts: Array.from({ length: places }, (_, i) => row.counts[i] ?? 0),
      counterparties: row.counterparties,
      firstDay: row.first_day,
      lastDay: row.last_day,
      volume: row.volume,
      volumeEntries: row.volume_entries,
      terms: new Map(kept.map(({ policyId, terms }) => [policyId, padded(terms, places)])),
      checkpointed: new Map(kept.map(({ policyId, checkpoints }) => [policyId, checkpoints])),
    },
    folded: foldedFrom(row, gathered, places),
  };
}

function foldedFrom(row: BalanceRow, { folds, volumes, entries }: Gathered, places: number): Refolded['folded'] {
  const [anyFold] = folds.values();
  const balance = anyFold && balanceFrom(anyFold);
  const day = (instant: number | null | undefined) => (instant == null ? null : instant / DAY_MS);
  const open = volumes ? openVolumeOf(volumes, row.volume) : { volume: 0, volumeEntries: entries };
  return {
    counts: balance?.counts ?? Array.from({ length: places }, () => 0),
    counterparties: balance?.counterparties ?? 0,
    firstDay: day(balance?.firstDay),
    lastDay: day(balance?.lastDay),
    ...open,
    terms: new Map([...folds].map(([policyId, fold]) => [policyId, fold.terms])),
    closed: volumes ? closedVolumesOf(volumes, open.volume) : [],
    checkpoints: new Map(
      [...folds.keys()].map((policyId) => [policyId, volumes ? checkpointsIn(volumes, policyId, open.volume) : []]),
    ),
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
  for (const what of ['counts', 'counterparties', 'firstDay', 'lastDay', 'volume', 'volumeEntries'] as const)
    compare(what, kept[what], folded[what]);
  for (const [policyId, terms] of folded.terms) {
    compare(`standing under ${policyId}`, kept.terms.get(policyId) ?? terms.map(() => 0n), terms);
    if (kept.terms.has(policyId))
      compare(`checkpoints under ${policyId}`, kept.checkpointed.get(policyId), folded.volume);
  }
  return found;
}
