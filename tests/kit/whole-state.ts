import type { Database } from '../../src/db/database.ts';
import { balancesOf } from './state.ts';

/**
 * What beside the balances a judgment moves, as it stands now, with our ids replaced by the platform's own: reviews, points with the
 * lots that they lie in, conditions and sanctions in force, offences, suspicions.
 */
const JUDGED = `
with ids as (
  select id, 'merchant ' || external_id as name from merchant union all
  select id, 'buyer ' || external_id from buyer)
select 'review' as what, r.external_id as name, to_jsonb(r) - '{merchant_id,id,order_id,author_id,product_id,recorded_at}'::text[] as state
  from review r
union all
select 'void', r.external_id, to_jsonb(v.ground) from review_void v join review r on r.id = v.review_id where v.lifted_at is null
union all
select 'void', 'of order ' || o.external_id, to_jsonb(v.ground) from order_void v join "order" o on o.id = v.order_id where v.lifted_at is null
union all
select 'order', o.external_id, to_jsonb(o) - '{merchant_id,id,buyer_id,product_ids,recorded_at}'::text[] from "order" o
union all
select 'points', ids.name, jsonb_build_object('balance', a.balance, 'pending', a.pending, 'held', a.held)
  from points_account a join ids on ids.id = a.subject_id where a.balance <> 0 or a.pending <> 0 or a.held <> 0
union all
select 'lot', ids.name || ' ' || l.expires_at, to_jsonb(l.remaining) from points_lot l join ids on ids.id = l.subject_id
union all
select 'debt', ids.name, to_jsonb(sum(d.owed)) from points_debt d join ids on ids.id = d.subject_id where d.owed > 0 group by ids.name
union all
select 'condition', ids.name || ' ' || c.code || ' ' || c.starts_at, to_jsonb(c.ends_at) from condition c join ids on ids.id = c.subject_id
 where c.annulled_at is null and c.lifted_at is null
union all
select 'sanction', ids.name || ' ' || s.imposed_at, jsonb_build_array(s.kind, s.points, s.ends_at, s.strikes, s.strikes_until) from sanction s join ids on ids.id = s.subject_id where s.annulled_at is null
union all
select 'offence', ids.name || ' ' || p.decided_at, to_jsonb(p.offence_rank) from penalty_share p join ids on ids.id = p.subject_id
 where p.lifted_at is null
union all
select 'suspicion', ids.name || ' ' || s.opened_at || ' ' || s.kind || ' ' || coalesce(about.reviews, ''), to_jsonb(s.status)
  from suspicion s join ids on ids.id = s.merchant_id,
       lateral (select string_agg(r.external_id, ' ' order by r.external_id) as reviews
                  from suspicion_review f join review r on r.merchant_id = f.merchant_id and r.id = f.review_id
                 where f.merchant_id = s.merchant_id and f.suspicion_id = s.id) as about
order by 1, 2`;

export async function wholeStateOf(database: Database): Promise<Record<string, unknown>> {
  const { rows } = await database.pool.query<{ what: string; name: string; state: unknown }>(JUDGED);
  const judged = Object.fromEntries(rows.map(({ what, name, state }) => [`${what} ${name}`, state]));
  return { ...judged, ...(await balancesOf(database)) };
}
