import type { Reader } from '../db/tx.ts';

/** What awaits a second person is not decided by a scan meanwhile: whoever proposed it would be passed by. */
const PROPOSED = `proposed as (
  select (fact ->> 'id')::uuid as id from proposal p cross join lateral jsonb_array_elements(p.input -> case p.action when 'PENALIZE_BRUSHING' then 'orders' else 'reviews' end) as fact
   where p.decision is null and p.action in ('PENALIZE_BRUSHING', 'PENALIZE_FAKE_REVIEWS'))`;

/** Whether somebody works on a suspicion about it just now. */
const claimed = (fact: 'review' | 'order', id: string, now: string) =>
  `exists (select from suspicion_${fact} f join suspicion s on s.merchant_id = f.merchant_id and s.id = f.suspicion_id
            where f.merchant_id = $1 and f.${fact}_id = ${id} and s.status = 'OPEN' and s.claimed_until > ${now})`;

/** Of these reviews, those that a scan may void: neither voided nor let count by a person, given back on appeal, claimed or proposed. */
export const voidableReviews = async (
  on: Reader,
  merchantId: string,
  ids: readonly string[],
  now: Date,
): Promise<string[]> =>
  (
    await on.query<{ id: string }>(
      'integrity.voidable_reviews',
      `with ${PROPOSED}
       select r.id from review r
        where r.merchant_id = $1 and r.id = any($2::uuid[]) and r.status <> 'VOIDED' and r.id not in (select id from proposed)
          and not exists (select from review_hold h where h.merchant_id = $1 and h.review_id = r.id and h.kind = 'RELEASED')
          and not exists (select from review_void v where v.merchant_id = $1 and v.review_id = r.id and v.lifted_at is not null)
          and not ${claimed('review', 'r.id', '$3')} order by r.id`,
      [merchantId, ids, now],
    )
  ).map(({ id }) => id);

/**
 * Of these orders, those that a scan may void: they count; none was given back on appeal, nor their review released or given back; nobody
 * dismissed a suspicion about them, works on one or proposed to void them; and one has been open since `openSince` for people to look at.
 */
export const voidableOrders = async (
  on: Reader,
  merchantId: string,
  ids: readonly string[],
  { now, openSince }: { readonly now: Date; readonly openSince: Date },
): Promise<string[]> =>
  (
    await on.query<{ id: string }>(
      'integrity.voidable_orders',
      `with ${PROPOSED},
       known as (
         select f.order_id as id, bool_or(s.status = 'OPEN' and s.kind = 'BRUSHING' and s.opened_at <= $4) as is_due,
                bool_or(exists (select from suspicion_verdict v
                                 where v.merchant_id = s.merchant_id and v.suspicion_id = s.id and v.kind = 'DISMISSED')) as is_dismissed
           from suspicion_order f join suspicion s on s.merchant_id = f.merchant_id and s.id = f.suspicion_id
          where f.merchant_id = $1 and f.order_id = any($2::uuid[]) group by f.order_id)
       select o.id from "order" o join known on known.id = o.id left join review r on r.merchant_id = $1 and r.order_id = o.id
        where o.merchant_id = $1 and o.voided_at is null and known.is_due and not known.is_dismissed
          and o.id not in (select id from proposed) and (r.id is null or r.id not in (select id from proposed))
          and not exists (select from order_void v where v.merchant_id = $1 and v.order_id = o.id and v.lifted_at is not null)
          and not exists (select from review_hold h where h.merchant_id = $1 and h.review_id = r.id and h.kind = 'RELEASED')
          and not exists (select from review_void v where v.merchant_id = $1 and v.review_id = r.id and v.lifted_at is not null)
          and not ${claimed('order', 'o.id', '$3')} and not ${claimed('review', 'r.id', '$3')}
        order by o.id`,
      [merchantId, ids, now, openSince],
    )
  ).map(({ id }) => id);
