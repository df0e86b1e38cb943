import type { Database } from '../../src/db/database.ts';

/** What can be compared between two databases: every balance, with our ids replaced by the platform's own. */
const STATE = `
with ids as (
  select id, 'merchant ' || external_id as name from merchant union all
  select id, 'buyer ' || external_id from buyer union all
  select id, 'product ' || external_id from product)
select 'tally' as what, ids.name, to_jsonb(t) - 'subject_id' - 'volume' - 'volume_entries' as state from tally t join ids on ids.id = t.subject_id
 where t.excluded <> 0 or exists (select from unnest(t.counts) as c where c <> 0) -- an empty book is as good as none
union all
select 'standing', ids.name || ' ' || v.key || v.version, jsonb_build_object('terms', s.terms::text[])
  from standing s join ids on ids.id = s.subject_id join policy_version v on v.id = s.policy_id
 where exists (select from unnest(s.terms) as term where term <> 0)
union all
select 'pair', ids.name || ' ' || other.name, to_jsonb(p) - 'subject_id' - 'counterparty_id'
  from pair p join ids on ids.id = p.subject_id join ids other on other.id = p.counterparty_id
 where p.orders <> 0 or p.reviews <> 0 or p.live <> 0
union all
select 'day', ids.name || ' ' || d.day, to_jsonb(d) - 'subject_id' - 'day' from day_tally d join ids on ids.id = d.subject_id
 where d.deals <> 0 or d.reviews_seen <> 0 or d.reviews_counted <> 0 or d.praises <> 0
union all
select 'reviewer', ids.name, to_jsonb(r) - 'buyer_id' from reviewer r join ids on ids.id = r.buyer_id
 where r.agree <> 400000000 or r.disagree <> 100000000 or r.experience <> 0
union all
select 'mean', 'all', to_jsonb(m) from review_mean m
order by 1, 2`;

export async function balancesOf({ pool }: Database): Promise<Record<string, unknown>> {
  const { rows } = await pool.query<{ what: string; name: string; state: unknown }>(STATE);
  return Object.fromEntries(rows.map(({ what, name, state }) => [`${what} ${name}`, state]));
}
