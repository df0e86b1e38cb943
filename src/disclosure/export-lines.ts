import type { Reader } from '../db/tx.ts';
import { conditionsHeld } from '../evidence/conditions-held.ts';
import { pastBalancesOf } from '../evidence/past-many.ts';
import { startOf } from '../evidence/fold.ts';
import type { ActivePolicy } from '../grades/policies.loaders.ts';
import { gradeOf, type Balance } from '../scoring/grade.ts';
import { kindsOf } from '../scoring/kinds.ts';
import type { Level } from '../scoring/levels.ts';
import type { ExportRow } from './export-rows.queries.ts';

/** By which rules, and at which coordinates (ms), grades are written; and where standings tell them. */
export interface Coordinates {
  readonly policy: ActivePolicy;
  readonly asOf: number;
  readonly knownAt: number;
  readonly levels: ReadonlySet<Level> | null; // null: all
  /** Of these, something was recorded since: the ledger tells what stood before. 'ALL': of any. */
  readonly moved: ReadonlySet<string> | 'ALL';
}

/** A page of the file, a line a subject, in the order of the rows, and who is in it; those of other levels are left out. */
export async function linesOf(
  on: Reader,
  rows: readonly ExportRow[],
  coordinates: Coordinates,
): Promise<{ text: string; ids: string[] }> {
  const balances = await balancesOf(on, rows, coordinates);
  const { policy, asOf, levels } = coordinates;
  let text = '';
  const ids: string[] = [];
  for (const { id, externalId } of rows) {
    const { level, score, interval, postings } = gradeOf(policy.policy, balances.get(id)!, asOf);
    if (levels && !levels.has(level)) continue;
    const { counterparties, firstDay } = balances.get(id)!;
    const since = firstDay === null ? null : new Date(firstDay).toISOString().slice(0, 10);
    const line = {
      kind: policy.subjectKind,
      externalId,
      level,
      score,
      interval,
      postings,
      distinctCounterparties: counterparties,
      since,
    };
    text += `${JSON.stringify(line)}\n`;
    ids.push(id);
  }
  return { text, ids };
}

const ENTRIES_AT_ONCE = 20_000;

async function balancesOf(
  on: Reader,
  rows: readonly ExportRow[],
  { policy, asOf, knownAt, moved }: Coordinates,
): Promise<Map<string, Balance>> {
  const balances = new Map<string, Balance>();
  const standing: ExportRow[] = [];
  const past: ExportRow[] = [];
  for (const row of rows) {
    if (row.counts === null) balances.set(row.id, nothing(policy));
    else if (row.terms === null || moved === 'ALL' || moved.has(row.id)) past.push(row);
    else standing.push(row);
  }
  const ids = standing.map(({ id }) => id);
  const held = ids.length === 0 ? new Map() : await conditionsHeld(on, ids, asOf, asOf);
  for (const row of standing) {
    const conditions = held.get(row.id);
    balances.set(row.id, { ...standingOf(row, policy), ...(conditions && { conditions }) });
  }
  const question = { policyId: policy.id, policy: policy.policy, knownAt };
  for (const some of inParts(past))
    for (const [id, balance] of await pastBalancesOf(on, some, question, asOf)) balances.set(id, balance);
  return balances;
}

/** Subjects whose ledgers together are not too long to be held at once. */
function* inParts(rows: readonly ExportRow[]): Generator<string[]> {
  let part: string[] = [];
  let entries = 0;
  for (const { id, counts } of rows) {
    part.push(id);
    entries += numbersIn(counts!).reduce((sum, each) => sum + each, 0);
    if (entries < ENTRIES_AT_ONCE) continue;
    yield part;
    [part, entries] = [[], 0];
  }
  if (part.length > 0) yield part;
}

function standingOf({ counts, terms, counterparties, firstDay, lastDay }: ExportRow, policy: ActivePolicy): Balance {
  const layout = kindsOf(policy.subjectKind);
  return {
    terms: padded(numbersIn(terms!), layout),
    counts: padded(numbersIn(counts!), layout),
    counterparties: counterparties!,
    firstDay: startOf(firstDay),
    lastDay: startOf(lastDay),
  };
}

const nothing = ({ subjectKind }: ActivePolicy): Balance => {
  const zeros = kindsOf(subjectKind).map(() => 0);
  return { terms: zeros, counts: zeros, counterparties: 0, firstDay: null, lastDay: null };
};

const numbersIn = (text: string): number[] => (text === '' ? [] : text.split(',').map(Number));

/** Rows of an older version know fewer kinds. */
const padded = (values: readonly number[], layout: readonly unknown[]): readonly number[] =>
  values.length === layout.length ? values : layout.map((_, slot) => values[slot] ?? 0);
