import path from 'node:path';
import { copyText } from '../../src/db/columns.ts';
import { openDatabase } from '../../src/db/database.ts';
import { inTransaction, reader, type Tx } from '../../src/db/tx.ts';
import { addExport } from '../../src/disclosure/exports.queries.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { activePolicies } from '../../src/grades/policies.loaders.ts';
import { kindsOf } from '../../src/scoring/kinds.ts';
import { chance } from './history.ts';
import { ranScript } from './process.ts';
import { atMost, type Result, type Scenario } from './scenario.ts';

const SUBJECTS = 1_000_000;
const ROWS_AT_ONCE = 10_000;
const LAYOUT = kindsOf('MERCHANT');
const DAY_MS = 86_400_000;

interface Subject {
  readonly id: string;
  readonly number: number;
  readonly counts: readonly number[];
  readonly terms: readonly string[];
  readonly counterparties: number;
  readonly firstDay: number;
}

const idOf = (block: string, number: number): string =>
  `${block}-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

/** Of each kind some postings, with accumulators as large as they would be. */
function subjectOf(number: number, next: () => number, today: number): Subject {
  const counts = LAYOUT.map(({ isDeal }) => Math.floor(next() ** 4 * (isDeal ? 200 : 20)));
  const terms = counts.map((count) => String(BigInt(Math.floor(count * 1e8 * (0.5 + next()))) * 4_294_967_296n));
  return {
    id: idOf('01900000', number),
    number,
    counts,
    terms,
    counterparties: Math.floor(next() * 100),
    firstDay: today - Math.floor(next() * 700) - 1,
  };
}

/** A million merchants, straight into the tables; a posting each, so that there is a ledger to look through. */
async function fill(tx: Tx, policyId: string, now: number, from: number): Promise<void> {
  const next = chance(from + 1);
  const today = Math.floor(now / DAY_MS);
  const subjects = Array.from({ length: ROWS_AT_ONCE }, (_, i) => subjectOf(from + i, next, today));
  const recordedAt = new Date(now - DAY_MS);
  await tx.copy(
    'copy merchant (id, external_id, name, recorded_at) from stdin',
    copyText(
      subjects,
      ({ id }) => id,
      ({ number }) => `m-${number}`,
      ({ number }) => `Shop ${number}`,
      () => recordedAt,
    ),
  );
  await tx.copy(
    `copy tally (subject_id, subject_kind, counts, counterparties, first_day, last_day, stars, verified, excluded, dimension_counts,
                 dimension_sums, consensus_sum, consensus_weight) from stdin`,
    copyText(
      subjects,
      ({ id }) => id,
      () => 0,
      ({ counts }) => `{${counts.join(',')}}`,
      ({ counterparties }) => counterparties,
      ({ firstDay }) => firstDay,
      () => today,
      () => '{0,0,0,0,0}',
      () => 0,
      () => 0,
      () => '{0,0,0}',
      () => '{0,0,0}',
      () => 0,
      () => 0,
    ),
  );
  await tx.copy(
    'copy standing (subject_id, policy_id, subject_kind, terms, level, score, low_score) from stdin',
    copyText(
      subjects,
      ({ id }) => id,
      () => policyId,
      () => 0,
      ({ terms }) => `{${terms.join(',')}}`,
      () => 'NOT_RATED',
      () => null,
      () => 0,
    ),
  );
  await tx.copy(
    'copy posting (subject_id, fact_id, kind, revision, occurred_at, recorded_at, is_purchase, pair_rank, is_held) from stdin',
    copyText(
      subjects,
      ({ id }) => id,
      ({ number }) => idOf('01900001', number),
      () => 1,
      () => 0,
      () => recordedAt,
      () => recordedAt,
      () => true,
      () => 0,
      () => false,
    ),
  );
}

/** The worker's part alone, in a process of its own: from the first page to the finished file. */
export const bulkExport: Scenario = async ({ dir }): Promise<Result[]> => {
  const dataDir = path.join(dir, 'export');
  const limits = { statementTimeoutMs: 0 };
  const database = await openDatabase({ url: null, dataDir, entities: [], limits });
  try {
    const now = Date.now();
    const db = reader(database.pool);
    await ensureDefaultPolicies(db, now);
    const { id: policyId } = (await activePolicies(db, now)).find(({ subjectKind }) => subjectKind === 'MERCHANT')!;
    for (let from = 0; from < SUBJECTS; from += ROWS_AT_ONCE)
      await inTransaction(database.pool, (tx) => fill(tx, policyId, now, from));
    await db.query('', 'vacuum analyze');
    const at = new Date(now);
    const asked = {
      id: idOf('01900002', 1),
      owner: 'PARTNER',
      subjectKind: 'MERCHANT',
      policyId,
      levels: null,
      asking: null,
    } as const;
    const times = { asOf: at, knownAt: at, isOfNow: true, changesAfter: 0, requestedAt: at };
    await inTransaction(database.pool, (tx) => addExport(tx, { ...asked, ...times }, 1));
    const { lastLine, peakMb } = await ranScript('scripts/bench/export-worker.ts', [database.url, dataDir]);
    const { seconds, written, bytes } = JSON.parse(lastLine) as { seconds: number; written: number; bytes: number };
    if (written !== SUBJECTS) throw new Error(`${written} lines were written`);
    const size = `export of ${SUBJECTS} grades, ${Math.round(bytes / 1e6)} MB`;
    return [atMost(size, seconds, 's', 120), atMost(`${size}: memory`, peakMb, 'MB', 256)];
  } finally {
    await database.close();
  }
};
