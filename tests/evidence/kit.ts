import fc from 'fast-check';
import type { Database } from '../../src/db/database.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { folded } from '../../src/evidence/fold.ts';
import type { PastQuestion } from '../../src/evidence/past.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { activePolicies } from '../../src/grades/policies.loaders.ts';
import { SUBJECT_KINDS, type SubjectKind } from '../../src/kernel/subject.ts';
import { voidReviews } from '../../src/reviews/void.commands.ts';
import type { Balance } from '../../src/scoring/grade.ts';
import { NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { aHistory } from '../kit/histories.ts';
import { ledgerOf, type LedgerLine } from '../kit/ledger.ts';

const HOUR = 3_600_000;

/** Events that become known some time after they happened, in the order in which they become known. */
export const aTold = fc
  .tuple(aHistory, fc.infiniteStream(fc.constantFrom(0, 0, 0, 1, 5, 30, 24 * 3, 24 * 40)))
  .map(([history, lateness]) =>
    history
      .map((event) => ({ event, knownAt: Math.min(Date.parse(event.time) + lateness.next().value! * HOUR, NOW) }))
      .toSorted((a, b) => a.knownAt - b.knownAt),
  );
export type Told = (typeof aTold extends fc.Arbitrary<infer Value> ? Value : never)[number];

/** Takes each in when it becomes known; what becomes known at the same instant, in one batch. */
export async function tell(database: Database, told: readonly Told[]): Promise<void> {
  for (const [knownAt, group] of Map.groupBy(told, (each) => each.knownAt))
    await takeEvents(
      database,
      group.map(({ event }): RawEvent => event),
      knownAt,
    );
}

/** Voids every so-manieth review that counts. */
export async function voidSome(database: Database, every: number, now: number): Promise<void> {
  const { rows } = await database.pool.query<{ merchantId: string; id: string }>(
    `select merchant_id as "merchantId", id from review where status in ('COUNTED', 'HELD') order by external_id`,
  );
  const reviews = rows.filter((_, i) => i % every === 0);
  if (reviews.length === 0) return;
  await inTransaction(database.pool, async (tx) =>
    voidReviews(
      tx,
      { reviews, ground: 'SPAM', statement: 'Advertising.', voidedBy: 'ADMIN' },
      { now, foldings: await foldingsAt(now)(tx) },
    ),
  );
}

/** A subject with its whole ledger. */
export interface Ledgered {
  readonly id: string;
  readonly kind: SubjectKind;
  readonly lines: readonly LedgerLine[];
}

/** Everyone of whom anything was entered. */
export async function ledgers({ pool }: Database): Promise<Ledgered[]> {
  const sql = reader(pool);
  const subjects = await sql.query<{ id: string; kind: number }>(
    '',
    'select subject_id as id, subject_kind as kind from tally',
  );
  return Promise.all(
    subjects.map(async ({ id, kind }) => ({ id, kind: SUBJECT_KINDS[kind]!, lines: await ledgerOf(sql, id) })),
  );
}

/** The definition: every posting that had happened by `asOf` and was known at `knownAt`, folded. */
export const foldOf = ({ lines }: Ledgered, policy: PastQuestion['policy'], asOf: number, knownAt: number): Balance =>
  folded(
    policy,
    lines.filter((line) => line.occurredAt <= asOf && line.recordedAt <= knownAt),
  );

export async function policyFor(database: Database, kind: SubjectKind) {
  const found = (await activePolicies(reader(database.pool), NOW)).find(({ subjectKind }) => subjectKind === kind)!;
  return { policyId: found.id, policy: found.policy };
}

/** An instant near something that is in the ledgers, where off-by-one errors live, or anywhere. */
export const anInstantNear = (instants: readonly number[]): fc.Arbitrary<number> => {
  const DAY = 24 * HOUR;
  const near = fc.tuple(fc.constantFrom(...instants), fc.constantFrom(-1, 0, 1)).map(([at, by]) => at + by);
  const dayEnd = fc.constantFrom(...instants).map((at) => Math.floor(at / DAY) * DAY + DAY - 1);
  return fc.oneof(near, near, dayEnd, fc.integer({ min: NOW - 70 * DAY, max: NOW }));
};
