import { columns, keyColumns, time } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { SanctionedKind } from '../sanctions/sanction.ts';

export interface NewPenalty {
  readonly id: string;
  readonly ground: string;
  readonly note: string;
  readonly statement: string;
  readonly reviews: number;
  readonly orders: number;
  readonly hasMeasures: boolean;
  readonly deductPoints: number | null;
  readonly isMerchantSanctioned: boolean;
  readonly isDetectedAutomatically: boolean;
  readonly isDecidedAutomatically: boolean;
  readonly decidedBy: string;
  readonly approvedBy: string | null;
  readonly decidedAt: Date;
}

export const insertPenalty = (tx: Tx, penalty: NewPenalty): Promise<unknown> =>
  tx.query(
    'penalties.insert',
    `insert into penalty (id, ground, note, statement, reviews, has_measures, deduct_points, is_merchant_sanctioned,
                          is_detected_automatically, is_decided_automatically, decided_by, approved_by, decided_at, orders)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      penalty.id,
      penalty.ground,
      penalty.note,
      penalty.statement,
      penalty.reviews,
      penalty.hasMeasures,
      penalty.deductPoints,
      penalty.isMerchantSanctioned,
      penalty.isDetectedAutomatically,
      penalty.isDecidedAutomatically,
      penalty.decidedBy,
      penalty.approvedBy,
      penalty.decidedAt,
      penalty.orders,
    ],
  );

/** What one penalty did to one author or merchant beside its reviews. */
export interface Share {
  readonly subjectId: string;
  readonly penaltyId: string;
  readonly subjectKind: SanctionedKind;
  readonly offence: number | null; // the posting kind's code; null: none was entered
  readonly offenceRank: number; // how many of the kind came before it
  readonly sanctionId: string | null;
  readonly decidedAt: number; // ms
  readonly countedSince: number; // ms: offences from then on were counted as earlier ones
}

export const insertShares = (tx: Tx, shares: readonly Share[]): Promise<unknown> =>
  tx.query(
    'penalties.insert_shares',
    `insert into penalty_share (subject_id, penalty_id, subject_kind, offence, offence_rank, sanction_id, decided_at, counted_since)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::smallint[], $5::int[], $6::uuid[], $7::timestamptz[], $8::timestamptz[])`,
    columns(
      shares,
      (each) => each.subjectId,
      (each) => each.penaltyId,
      (each) => each.subjectKind,
      (each) => each.offence,
      (each) => each.offenceRank,
      (each) => each.sanctionId,
      (each) => time(each.decidedAt),
      (each) => time(each.countedSince),
    ),
  );

const SHARE = `s.subject_id as "subjectId", s.penalty_id as "penaltyId", s.subject_kind as "subjectKind", s.offence,
  s.offence_rank as "offenceRank", s.sanction_id as "sanctionId", (extract(epoch from s.decided_at) * 1000)::float8 as "decidedAt",
  (extract(epoch from s.counted_since) * 1000)::float8 as "countedSince"`;

/** Offences of these subjects that stand, the first first. Whoever asks holds their books. */
export const standingOffences = (on: Reader, subjectIds: readonly string[]): Promise<Share[]> =>
  on.query(
    'penalties.standing_offences',
    `select ${SHARE} from penalty_share s
      where s.subject_id = any($1::uuid[]) and s.offence is not null and s.lifted_at is null order by s.decided_at, s.penalty_id`,
    [subjectIds],
  );

export interface PenaltyKey {
  readonly penaltyId: string;
  readonly subjectId: string;
}

/**
 * The shares of these subjects in these penalties of which no review and no order is left, once those named are restored. Whoever asks
 * holds their books.
 */
export const sharesWithoutFacts = (
  tx: Tx,
  shares: readonly PenaltyKey[],
  restored: readonly string[],
): Promise<Share[]> =>
  tx.query(
    'penalties.shares_without_facts',
    `select ${SHARE} from unnest($1::uuid[], $2::uuid[]) as asked (penalty_id, subject_id)
       join penalty_share s using (penalty_id, subject_id)
      where s.lifted_at is null and not exists (
        select from review_void v join review r on r.merchant_id = v.merchant_id and r.id = v.review_id
         where v.receipt_id = s.penalty_id and v.lifted_at is null and v.review_id <> all($3::uuid[])
           and s.subject_id = case s.subject_kind when 'MERCHANT' then v.merchant_id else r.author_id end)
        and not exists (
        select from order_void v
         where v.receipt_id = s.penalty_id and v.lifted_at is null and v.order_id <> all($3::uuid[]) and v.merchant_id = s.subject_id)`,
    [
      ...columns(
        shares,
        (each) => each.penaltyId,
        (each) => each.subjectId,
      ),
      restored,
    ],
  );

/** The share that a sanction belongs to, while it stands. */
export const shareOfSanction = (tx: Tx, subjectId: string, sanctionId: string): Promise<Share[]> =>
  tx.query(
    'penalties.share_of_sanction',
    `select ${SHARE} from penalty_share s where s.subject_id = $1 and s.sanction_id = $2 and s.lifted_at is null`,
    [subjectId, sanctionId],
  );

export const liftShares = (tx: Tx, shares: readonly PenaltyKey[], at: Date): Promise<unknown> =>
  tx.query(
    'penalties.lift_shares',
    `update penalty_share s set lifted_at = $3 from unnest($1::uuid[], $2::uuid[]) as lifted (penalty_id, subject_id)
      where s.penalty_id = lifted.penalty_id and s.subject_id = lifted.subject_id`,
    [
      ...columns(
        shares,
        (each) => each.penaltyId,
        (each) => each.subjectId,
      ),
      at,
    ],
  );

export const moveRanks = (tx: Tx, shares: readonly Share[]): Promise<unknown> =>
  tx.query(
    'penalties.move_ranks',
    `update penalty_share s set offence_rank = moved.rank from unnest($1::uuid[], $2::uuid[], $3::int[]) as moved (penalty_id, subject_id, rank)
      where s.penalty_id = moved.penalty_id and s.subject_id = moved.subject_id`,
    columns(
      shares,
      (each) => each.penaltyId,
      (each) => each.subjectId,
      (each) => each.offenceRank,
    ),
  );

/** The reviews that a penalty is about, in no order. */
export const reviewsOfPenalty = (on: Reader, penaltyId: string): Promise<{ merchantId: string; id: string }[]> =>
  on.query(
    'penalties.reviews',
    `select merchant_id as "merchantId", review_id as id from review_void where receipt_id = $1 limit 1000`,
    [penaltyId],
  );

/** A page of them, by their ids; of one author or merchant alone, if one is given. */
export const reviewsDecided = (
  on: Reader,
  of: { readonly penaltyId: string; readonly subjectId: string | null; readonly after: string | null },
  limit: number,
): Promise<{ merchantId: string; id: string }[]> =>
  on.query(
    'penalties.reviews_decided',
    `select v.merchant_id as "merchantId", v.review_id as id
       from review_void v join review r on r.merchant_id = v.merchant_id and r.id = v.review_id
      where v.receipt_id = $1 and ($2::uuid is null or v.merchant_id = $2 or r.author_id = $2)
        and ($3::uuid is null or v.review_id > $3) order by v.review_id limit $4`,
    [of.penaltyId, of.subjectId, of.after, limit],
  );

/** Under which merchant each of these penalties has its receipt filed: one of several. */
export const placesOfPenalties = (
  on: Reader,
  ids: readonly string[],
): Promise<{ penaltyId: string; merchantId: string }[]> =>
  on.query(
    'penalties.places',
    `select distinct on (receipt_id) receipt_id as "penaltyId", merchant_id as "merchantId"
       from (select receipt_id, merchant_id from review_void where receipt_id = any($1::uuid[])
             union all select receipt_id, merchant_id from order_void where receipt_id = any($1::uuid[])) as v
      order by receipt_id, merchant_id`,
    [ids],
  );

interface ReviewKey {
  readonly merchantId: string;
  readonly id: string;
}
/** Of these reviews, those that a detector found before a person did. */
export const suspected = (on: Reader, keys: readonly ReviewKey[]): Promise<ReviewKey[]> =>
  on.query(
    'penalties.suspected',
    `select asked.merchant_id as "merchantId", asked.id from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id)
      where exists (select from suspicion_review f join suspicion s on s.merchant_id = f.merchant_id and s.id = f.suspicion_id
                     where f.merchant_id = asked.merchant_id and f.review_id = asked.id and s.status <> 'DISMISSED')`,
    keyColumns(keys),
  );

/** Holds these reviews until the transaction ends, so that of two who propose about one of them the second finds the first. */
export const lockReviews = (tx: Tx, keys: readonly ReviewKey[]): Promise<unknown> =>
  tx.query(
    'penalties.lock_reviews',
    `select from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id) join review r using (merchant_id, id)
      order by r.merchant_id, r.id for update of r`,
    keyColumns(keys),
  );

/** The proposals of this action about any of these reviews, or orders, that await a second person. */
export const openProposalsAbout = (
  on: Reader,
  action: string,
  what: 'reviews' | 'orders',
  keys: readonly ReviewKey[],
): Promise<{ proposedBy: string }[]> =>
  on.query(
    'penalties.open_proposals',
    `select p.proposed_by as "proposedBy" from proposal p
      where p.decision is null and p.action = $1
        and exists (select from jsonb_array_elements(p.input -> $2::text) as fact where (fact ->> 'id')::uuid = any($3::uuid[]))
      order by p.id limit 1`,
    [action, what, keys.map(({ id }) => id)],
  );
