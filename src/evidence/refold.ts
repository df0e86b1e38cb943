import { copiedId } from '../db/copied-rows.ts';
import type { Copier } from '../db/snapshot.ts';
import type { Reader } from '../db/tx.ts';
import { SUBJECT_KINDS, type SubjectKind } from '../kernel/subject.ts';
import { kindsOf } from '../scoring/kinds.ts';
import { DAY_MS } from './book.ts';
import { standingsOf } from './books.queries.ts';
import type { ClosedVolume, Checkpoint } from './checkpoints.ts';
import { readEntries, type CopiedEntry, type CopiedPlace } from './entries-copied.ts';
import { add, balanceFrom, emptyFold, type Fold } from './fold.ts';
import type { Folding } from './ledger.ts';
import { copyEntries, talliesOf, type BalanceRow } from './refold.queries.ts';
import {
  addToVolumes,
  checkpointsIn,
  closedVolumesOf,
  emptyVolumeFold,
  openVolumeOf,
  type VolumeFold,
} from './volume-fold.ts';
import { VOLUME_ENTRIES } from './volume-size.ts';

const ENTRIES_AT_ONCE = 200_000; // so that what is kept of long ledgers stays small

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

/** Where the ledger is read: a transaction, or a snapshot. */
export type LedgerReader = Reader & Copier;

/** These subjects with their balances folded anew from the ledger, as many at a time as may be held at once, one at least. */
export async function* refold(
  on: LedgerReader,
  foldings: readonly Folding[],
  ids: readonly string[],
): AsyncGenerator<Refolded[]> {
  for (const page of pagesOf(ids.length === 0 ? [] : await talliesOf(on, ids))) {
    const kept = await keptStandings(on, page);
    const gathered = await gather(on, page, foldings);
    yield page.map((row) => refoldedFrom(row, kept.get(row.subject_id) ?? [], gathered.get(row.subject_id)!));
  }
}

function* pagesOf(rows: readonly BalanceRow[]): Generator<BalanceRow[]> {
  let page: BalanceRow[] = [];
  let entries = 0;
  for (const row of rows) {
    const own = row.volume * VOLUME_ENTRIES + row.volume_entries;
    if (page.length > 0 && entries + own > ENTRIES_AT_ONCE) {
      yield page;
      page = [];
      entries = 0;
    }
    page.push(row);
    entries += own;
  }
  if (page.length > 0) yield page;
}

interface KeptTerms {
  readonly policyId: string;
  readonly terms: readonly bigint[];
  readonly checkpoints: number;
}

async function keptStandings(on: LedgerReader, rows: readonly BalanceRow[]): Promise<Map<string, KeptTerms[]>> {
  const found = await standingsOf(
    on,
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

/** By subject. However long a subject's history is, of what is short only its sums are kept. */
async function gather(
  on: LedgerReader,
  rows: readonly BalanceRow[],
  foldings: readonly Folding[],
): Promise<Map<string, Gathered>> {
  const gathered = new Map<string, Gathered>();
  const byCopiedId = new Map<string, Gathered>();
  for (const row of rows) {
    const own = gatheredNothing(row, foldings);
    gathered.set(row.subject_id, own);
    byCopiedId.set(copiedId(row.subject_id), own);
  }
  await readEntries(
    copyEntries(on, [...gathered.keys()]),
    (copied) => byCopiedId.get(copied),
    ({ volumes }) => volumes !== null,
    take,
  );
  return gathered;
}

const gatheredNothing = (row: BalanceRow, foldings: readonly Folding[]): Gathered => ({
  folds: foldsFor(kindFrom(row), foldings),
  volumes: row.is_long ? emptyVolumeFold() : null,
  entries: 0,
});

function take(own: Gathered, entry: CopiedEntry, place: CopiedPlace | null): void {
  own.entries++;
  if (!own.volumes || !place) {
    for (const fold of own.folds.values()) add(fold, entry);
    return;
  }
  const terms = new Map([...own.folds].map(([policyId, fold]) => [policyId, add(fold, entry)]));
  addToVolumes(own.volumes, { ...entry, ...place }, terms);
}

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
    if (!isSame(a, b)) found.push(`${what} is ${String(a)}, its postings say ${String(b)}`);
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

const isSame = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((each: unknown, i) => each === b[i])
    : a === b;
