import { keyColumns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { EvidenceRow } from '../detection/evidence.ts';
import type { EvidenceCode, Family } from '../detection/llr.ts';
import type { SuspicionKey } from './findings.queries.ts';
import type { SuspicionKind, SuspicionStatus } from './suspicion.ts';

/** For reading. The callers found the suspicions through the `visible` filter. */
export type EvidenceOf = EvidenceRow & { readonly merchantId: string; readonly suspicionId: string };
export const evidenceOf = (on: Reader, keys: readonly SuspicionKey[]): Promise<EvidenceOf[]> =>
  on.query(
    'integrity.evidence_of',
    `select e.merchant_id as "merchantId", e.suspicion_id as "suspicionId", e.family, e.code, e.observed, e.expected, e.log_likelihood_ratio as "logLikelihoodRatio",
            e.detail, e.facts
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id)
       join suspicion_evidence e on e.merchant_id = asked.merchant_id and e.suspicion_id = asked.id
      order by e.log_likelihood_ratio desc, e.code`,
    keyColumns(keys),
  );

/** So many at most are shown of one suspicion. */
export const MOST_FACTS = 1000;
export const factsOf = (
  on: Reader,
  fact: 'review' | 'order',
  keys: readonly SuspicionKey[],
): Promise<{ merchantId: string; suspicionId: string; factId: string }[]> =>
  on.query(
    `integrity.${fact}s_of`,
    `select f.merchant_id as "merchantId", f.suspicion_id as "suspicionId", f.${fact}_id as "factId"
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id)
       cross join lateral (select * from suspicion_${fact} s where s.merchant_id = asked.merchant_id and s.suspicion_id = asked.id
                            order by s.${fact}_id limit ${MOST_FACTS}) as f`,
    keyColumns(keys),
  );

export interface RingRow {
  readonly id: string;
  readonly density: number;
  readonly members: string[];
  readonly targets: string[];
}
export const ringsOf = (on: Reader, ids: readonly string[]): Promise<RingRow[]> =>
  on.query(
    'integrity.rings',
    `select r.id, r.density, array(select buyer_id from ring_member m where m.ring_id = r.id order by 1 limit ${MOST_FACTS}) as members,
            array(select merchant_id from ring_target t where t.ring_id = r.id order by 1 limit ${MOST_FACTS}) as targets
       from ring r where r.id = any($1::uuid[])`,
    [ids],
  );

/** A suspicion as it is, held until the transaction ends. */
export interface HeldSuspicion extends SuspicionKey {
  readonly kind: SuspicionKind;
  readonly status: SuspicionStatus;
  readonly claimedBy: string | null;
  readonly claimedUntil: Date | null;
}
export const lockSuspicion = async (tx: Tx, { merchantId, id }: SuspicionKey): Promise<HeldSuspicion | undefined> =>
  (
    await tx.query<HeldSuspicion>(
      'integrity.lock',
      `select merchant_id as "merchantId", id, kind, status, claimed_by as "claimedBy", claimed_until as "claimedUntil"
         from suspicion where merchant_id = $1 and id = $2 for update`,
      [merchantId, id],
    )
  )[0];

/** Whether a suspicion is about this merchant, or about what this buyer wrote or bought. */
export const isAbout = async (on: Reader, { merchantId, id }: SuspicionKey, partyId: string): Promise<boolean> =>
  (
    await on.query<{ isParty: boolean }>(
      'integrity.is_about',
      `select $1::uuid = $3
           or exists (select from suspicion_review f join review r on r.merchant_id = f.merchant_id and r.id = f.review_id
                       where f.merchant_id = $1 and f.suspicion_id = $2 and r.author_id = $3)
           or exists (select from suspicion_order f join "order" o on o.merchant_id = f.merchant_id and o.id = f.order_id
                       where f.merchant_id = $1 and f.suspicion_id = $2 and o.buyer_id = $3) as "isParty"`,
      [merchantId, id, partyId],
    )
  )[0]!.isParty;

export const setClaim = (
  tx: Tx,
  { merchantId, id }: SuspicionKey,
  claim: { readonly by: string; readonly until: Date } | null,
): Promise<unknown> =>
  tx.query(
    'integrity.claim',
    'update suspicion set claimed_by = $3, claimed_until = $4 where merchant_id = $1 and id = $2',
    [merchantId, id, claim?.by ?? null, claim?.until ?? null],
  );

export interface Decision {
  readonly status: SuspicionStatus;
  readonly by: string | null;
  readonly note: string | null;
  readonly at: Date | null;
}
/** A decision ends the claim. */
export const decide = (tx: Tx, keys: readonly SuspicionKey[], decision: Decision): Promise<unknown> =>
  tx.query(
    'integrity.decide',
    `update suspicion s set status = $3, decided_by = $4, decision_note = $5, decided_at = $6, claimed_by = null, claimed_until = null
       from unnest($1::uuid[], $2::uuid[]) as decided (merchant_id, id)
      where s.merchant_id = decided.merchant_id and s.id = decided.id`,
    [...keyColumns(keys), decision.status, decision.by, decision.note, decision.at],
  );

/** With the codes that spoke for a fake, for the record. */
export const codesAgainst = (
  tx: Tx,
  keys: readonly SuspicionKey[],
): Promise<(SuspicionKey & { readonly codes: string[] })[]> =>
  tx.query(
    'integrity.codes_against',
    `select s.merchant_id as "merchantId", s.id, s.codes
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id) join suspicion s using (merchant_id, id)`,
    keyColumns(keys),
  );

/** The held reviews of a suspicion that no other open one doubts as well. */
export const heldByThisAlone = (tx: Tx, { merchantId, id }: SuspicionKey): Promise<SuspicionKey[]> =>
  tx.query(
    'integrity.held_alone',
    `select r.merchant_id as "merchantId", r.id from suspicion_review f
       join review r on r.merchant_id = f.merchant_id and r.id = f.review_id and r.status = 'HELD'
      where f.merchant_id = $1 and f.suspicion_id = $2
        and not exists (select from suspicion_review o join suspicion s on s.merchant_id = o.merchant_id and s.id = o.suspicion_id
                         where o.merchant_id = f.merchant_id and o.review_id = f.review_id and o.suspicion_id <> f.suspicion_id
                           and s.status = 'OPEN')`,
    [merchantId, id],
  );

/** Suspicions of this status about any of these reviews or orders, held in the order of their ids until the transaction ends. */
export const lockAbout = (
  tx: Tx,
  status: SuspicionStatus,
  reviews: readonly SuspicionKey[],
  orders: readonly SuspicionKey[],
): Promise<HeldSuspicion[]> =>
  tx.query(
    'integrity.lock_about',
    `select s.merchant_id as "merchantId", s.id, s.kind, s.status, s.claimed_by as "claimedBy", s.claimed_until as "claimedUntil" from suspicion s
      where s.status = $3 and (s.merchant_id, s.id) in (
        select f.merchant_id, f.suspicion_id from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, review_id)
          join suspicion_review f on f.merchant_id = asked.merchant_id and f.review_id = asked.review_id
        union all
        select f.merchant_id, f.suspicion_id from unnest($4::uuid[], $5::uuid[]) as asked (merchant_id, order_id)
          join suspicion_order f on f.merchant_id = asked.merchant_id and f.order_id = asked.order_id)
      order by s.merchant_id, s.id for update`,
    [...keyColumns(reviews), status, ...keyColumns(orders)],
  );

/**
 * Of these suspicions, which are held, those about no other review that counts or is held; and, where orders were judged, about no other
 * order that counts.
 */
export const aboutNoOther = (
  tx: Tx,
  keys: readonly SuspicionKey[],
  reviews: readonly SuspicionKey[],
  orders: readonly SuspicionKey[],
): Promise<SuspicionKey[]> =>
  tx.query(
    'integrity.about_no_other',
    `select asked.merchant_id as "merchantId", asked.id from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id)
      where not exists (
        select from suspicion_review f join review r on r.merchant_id = f.merchant_id and r.id = f.review_id
          left join unnest($3::uuid[]) as named (id) on named.id = f.review_id
         where f.merchant_id = asked.merchant_id and f.suspicion_id = asked.id and named.id is null
           and r.status in ('COUNTED', 'HELD') and r.retracted_at is null)
        and (cardinality($4::uuid[]) = 0 or not exists (
          select from suspicion_order f join "order" o on o.merchant_id = f.merchant_id and o.id = f.order_id
            left join unnest($4::uuid[]) as named (id) on named.id = f.order_id
           where f.merchant_id = asked.merchant_id and f.suspicion_id = asked.id and named.id is null and o.voided_at is null))
      order by asked.merchant_id, asked.id`,
    [...keyColumns(keys), reviews.map(({ id }) => id), orders.map(({ id }) => id)],
  );

export interface CodeRecord {
  readonly code: EvidenceCode;
  readonly family: Family;
  readonly confirmed: number;
  readonly dismissed: number;
  readonly logLikelihoodRatio: number; // mean of what it weighed
  readonly confirmedInAll: number;
  readonly dismissedInAll: number;
}
/** How often what a code spoke against was confirmed, over all that has been decided. Where some of it was a fake, it was right. */
export const recordOfCodes = (on: Reader): Promise<CodeRecord[]> =>
  on.query(
    'integrity.record_of_codes',
    `with decided as (select s.merchant_id, s.id, case when s.status = 'DISMISSED' and exists (
                                 select from suspicion_review f join review_void v on v.merchant_id = f.merchant_id and v.review_id = f.review_id
                                  where f.merchant_id = s.merchant_id and f.suspicion_id = s.id and v.lifted_at is null
                                 union all
                                 select from suspicion_order f join order_void v on v.merchant_id = f.merchant_id and v.order_id = f.order_id
                                  where f.merchant_id = s.merchant_id and f.suspicion_id = s.id and v.lifted_at is null)
                               then 'CONFIRMED' else s.status end as status from suspicion s where s.status <> 'OPEN'),
          totals as (select count(*) filter (where status = 'CONFIRMED')::int as confirmed,
                            count(*) filter (where status = 'DISMISSED')::int as dismissed from decided)
     select e.code, e.family, count(*) filter (where d.status = 'CONFIRMED')::int as confirmed,
            count(*) filter (where d.status = 'DISMISSED')::int as dismissed, avg(e.log_likelihood_ratio) as "logLikelihoodRatio",
            t.confirmed as "confirmedInAll", t.dismissed as "dismissedInAll"
       from decided d cross join totals t
       join suspicion_evidence e on e.merchant_id = d.merchant_id and e.suspicion_id = d.id and e.log_likelihood_ratio > 0
      group by e.code, e.family, t.confirmed, t.dismissed order by e.family, e.code limit 100`,
  );
