import type { Reader, Tx } from '../db/tx.ts';
import type { AppealAbout, AppealStatus } from './appeal.ts';

export interface NewAppeal {
  readonly id: string;
  readonly about: AppealAbout;
  readonly subjectId: string;
  readonly factId: string;
  readonly decisionId: string | null;
  readonly appellantId: string;
  readonly appellantKind: 'MERCHANT' | 'BUYER';
  readonly argument: string;
  readonly filedAt: Date;
  readonly dueAt: Date;
}

/** True if it was added: one appeal for each decision and person. */
export async function addAppeal(tx: Tx, appeal: NewAppeal): Promise<boolean> {
  const added = await tx.query(
    'appeals.add',
    `insert into appeal (id, about, subject_id, fact_id, decision_id, appellant_id, appellant_kind, argument, status, filed_at, due_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'FILED', $9, $10) on conflict do nothing returning id`,
    [
      appeal.id,
      appeal.about,
      appeal.subjectId,
      appeal.factId,
      appeal.decisionId,
      appeal.appellantId,
      appeal.appellantKind,
      appeal.argument,
      appeal.filedAt,
      appeal.dueAt,
    ],
  );
  return added.length > 0;
}

/** Why a review does not count now, and since when; nothing where its ground was lifted or there was none. */
export const voidInForce = async (
  on: Reader,
  merchantId: string,
  reviewId: string,
): Promise<{ decisionId: string; voidedAt: Date } | undefined> =>
  (
    await on.query<{ decisionId: string; voidedAt: Date }>(
      'appeals.void_in_force',
      `select receipt_id as "decisionId", voided_at as "voidedAt" from review_void
        where merchant_id = $1 and review_id = $2 and lifted_at is null`,
      [merchantId, reviewId],
    )
  )[0];

export interface HeldAppeal {
  readonly id: string;
  readonly about: AppealAbout;
  readonly subjectId: string;
  readonly factId: string;
  readonly decisionId: string | null;
  readonly appellantId: string;
  readonly appellantKind: 'MERCHANT' | 'BUYER';
  readonly status: AppealStatus;
  readonly takenBy: string | null;
  readonly takenUntil: Date | null;
}
const HELD = `a.id, a.about, a.subject_id as "subjectId", a.fact_id as "factId", a.decision_id as "decisionId",
  a.appellant_id as "appellantId", a.appellant_kind as "appellantKind", a.status, a.taken_by as "takenBy", a.taken_until as "takenUntil"`;

/** Held until the transaction ends, so that of two deciders the second finds it decided. */
export const lockAppeal = async (tx: Tx, id: string): Promise<HeldAppeal | undefined> =>
  (await tx.query<HeldAppeal>('appeals.lock', `select ${HELD} from appeal a where a.id = $1 for update`, [id]))[0];

/**
 * All appeals that nobody has decided yet against what was overturned: the same reviews, orders or measure, the decision if none of its
 * orders is voided any more, and measures of it that were annulled with them. Held until the transaction ends.
 */
export const lockOpenAppeals = (
  tx: Tx,
  of: Pick<HeldAppeal, 'subjectId' | 'decisionId'>,
  factIds: readonly string[],
): Promise<HeldAppeal[]> =>
  tx.query(
    'appeals.lock_open',
    `select ${HELD} from appeal a
      where a.decided_at is null
        and (a.subject_id = $1 and a.fact_id = any($2::uuid[])
             or a.subject_id = $1 and a.about = 'DECISION' and a.decision_id = $3
                and not exists (select from order_void v where v.merchant_id = $1 and v.receipt_id = $3 and v.lifted_at is null)
             or a.about = 'SANCTION' and a.decision_id = $3
                and exists (select from sanction s where s.subject_id = a.subject_id and s.id = a.fact_id and s.annulled_at is not null))
      order by a.id for update`,
    [of.subjectId, factIds, of.decisionId],
  );

/** Who wrote the reviews and bought what an appeal is about, whoever filed it. */
export const partiesOf = async (on: Reader, appeal: HeldAppeal): Promise<string[]> =>
  (
    await on.query<{ id: string }>(
      'appeals.parties',
      `select author_id as id from review where merchant_id = $1 and id = $2
       union select buyer_id from "order" where merchant_id = $1 and id = $2
       union select o.buyer_id from order_void v join "order" o on o.merchant_id = v.merchant_id and o.id = v.order_id
        where v.merchant_id = $1 and v.receipt_id = $2`,
      [appeal.subjectId, appeal.factId],
    )
  ).map(({ id }) => id);

/** Who had a part in the decision that an appeal is about. */
export const decidersOf = async (on: Reader, appeal: HeldAppeal): Promise<string[]> =>
  (
    await on.query<{ name: string }>(
      'appeals.deciders',
      `select name from (
         select unnest(array[voided_by]) as name from review_void where merchant_id = $1 and review_id = $2 and receipt_id = $3
         union select unnest(array[decided_by, approved_by]) from penalty where id = $3
         union select unnest(array[imposed_by, approved_by]) from sanction where subject_id = $1 and id = $2) as had
        where name is not null`,
      [appeal.subjectId, appeal.factId, appeal.decisionId],
    )
  ).map(({ name }) => name);

export const takeAppeal = (tx: Tx, id: string, by: string, until: Date): Promise<unknown> =>
  tx.query('appeals.take', `update appeal set status = 'UNDER_REVIEW', taken_by = $2, taken_until = $3 where id = $1`, [
    id,
    by,
    until,
  ]);

export const closeAppeals = (
  tx: Tx,
  ids: readonly string[],
  decided: {
    readonly status: AppealStatus;
    readonly decision: string;
    readonly by: string;
    readonly at: Date;
    readonly receiptId: string | null;
  },
): Promise<unknown> =>
  tx.query(
    'appeals.close',
    `update appeal set status = $2, decision = $3, decided_by = $4, decided_at = $5, receipt_id = $6 where id = any($1::uuid[])`,
    [ids, decided.status, decided.decision, decided.by, decided.at, decided.receiptId],
  );

export interface AppealOfFact {
  readonly id: string;
  readonly subjectId: string;
  readonly factId: string;
  readonly decisionId: string | null;
}

/** Appeals against these decisions: those of one appellant, or of all; the open ones first, then the latest. */
export const appealsAbout = (
  on: Reader,
  facts: readonly { readonly subjectId: string; readonly factId: string }[],
  appellantId: string | null,
): Promise<AppealOfFact[]> =>
  on.query(
    'appeals.about',
    `select a.id, a.subject_id as "subjectId", a.fact_id as "factId", a.decision_id as "decisionId"
       from unnest($1::uuid[], $2::uuid[]) as asked (subject_id, fact_id) join appeal a using (subject_id, fact_id)
      where $3::uuid is null or a.appellant_id = $3 order by a.decided_at nulls first, a.id desc limit 1000`,
    [facts.map(({ subjectId }) => subjectId), facts.map(({ factId }) => factId), appellantId],
  );
