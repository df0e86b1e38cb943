import type { Tx } from '../db/tx.ts';

/** Something that is kept, and what it must be by the ledger. */
export interface Difference {
  readonly what: string;
  readonly id: string; // of the account, or what of it
  readonly kept: string | null;
  readonly summed: string | null;
}

/** Each account's balance and points pending, against its entries. */
export const balanceDifferences = (tx: Tx): Promise<Difference[]> =>
  tx.query(
    '',
    `select 'the balance, pending points and revision of account' as what, coalesce(a.subject_id, t.subject_id)::text as id,
            concat_ws(' ', a.balance, a.pending, a.revision) as kept, concat_ws(' ', t.balance, t.pending, t.revision) as summed
       from points_account a full join (
         select subject_id, sum(points) as balance, sum(pending) as pending, count(*) as revision
           from points_transfer group by subject_id) t using (subject_id)
      where (coalesce(a.balance, -1), coalesce(a.pending, -1), coalesce(a.revision, -1))
            is distinct from (coalesce(t.balance, 0), coalesce(t.pending, 0), coalesce(t.revision, 0))`,
  );

/** Each entry, against the one before it. */
export const chainDifferences = (tx: Tx): Promise<Difference[]> =>
  tx.query(
    '',
    `select 'where the entry starts: ' as what, concat_ws(' ', subject_id, revision) as id,
            concat_ws(' ', balance_before, pending_before, recorded_at) as kept,
            concat_ws(' ', coalesce(last_balance, 0), coalesce(last_pending, 0), last_recorded) as summed
       from (select *, lag(balance_after) over chain as last_balance, lag(pending_after) over chain as last_pending,
               lag(revision) over chain as last_revision, lag(recorded_at) over chain as last_recorded
               from points_transfer window chain as (partition by subject_id order by revision)) t
      where balance_before <> coalesce(last_balance, 0) or pending_before <> coalesce(last_pending, 0)
         or revision <> coalesce(last_revision, 0) + 1 or balance_after <> balance_before + points
         or pending_after <> pending_before + pending or recorded_at < last_recorded`,
  );

/** Points that are pending, and the ones that are held. */
export const keptApartDifferences = (tx: Tx): Promise<Difference[]> =>
  tx.query(
    '',
    `select 'what is pending and held of account' as what, subject_id::text as id, concat_ws(' ', a.pending, a.held) as kept,
            concat_ws(' ', coalesce(p.points, 0), coalesce(h.points, 0)) as summed
       from points_account a
       left join (select subject_id, sum(points) as points from points_pending group by subject_id) p using (subject_id)
       left join (select subject_id, sum(points) as points from points_hold where status = 'HELD' group by subject_id) h using (subject_id)
      where a.pending <> coalesce(p.points, 0) or a.held <> coalesce(h.points, 0)`,
  );

/** Each hold, against the lots that it keeps, and its entry. */
export const holdDifferences = (tx: Tx): Promise<Difference[]> =>
  tx.query(
    '',
    `select 'the hold' as what, concat_ws(' ', h.subject_id, h.id) as id, concat_ws(' ', h.points, h.captured) as kept,
            concat_ws(' ', parts.points, coalesce(-t.points, 0)) as summed
       from points_hold h
      cross join lateral (select sum(each) as points from unnest(h.lot_points) as each) parts
       left join points_transfer t on t.subject_id = h.subject_id and t.id = h.transfer_id and t.kind = 'REDEEMED'
      where h.points is distinct from parts.points or h.captured <> coalesce(-t.points, 0)`,
  );

/**
 * What remains of each lot: what the ledger put into it, less what was taken and is held. An entry that only gave back what
 * another had taken put nothing in: those takings are gone.
 */
export const lotDifferences = (tx: Tx): Promise<Difference[]> =>
  tx.query(
    '',
    `with moved as (
       select t.subject_id, coalesce(t.expires_at, 'infinity') as expires_at, t.points
         from points_transfer t left join points_transfer d on d.subject_id = t.subject_id and d.id = t.reverses
        where t.points > 0 and t.house is not null and (t.reverses is null or d.pending < 0)
       union all
       select v.subject_id, coalesce(c.expires_at, 'infinity'), v.points
         from points_transfer v join points_transfer c on c.subject_id = v.subject_id and c.id = v.fact_id
        where v.house is null
       union all
       select subject_id, expires_at, -points from points_take where returned_by is null
       union all
       select h.subject_id, part.expires_at, -part.points
         from points_hold h cross join lateral unnest(h.lot_expiries, h.lot_points) as part (expires_at, points)
        where h.status = 'HELD')
     select 'the lot' as what, concat_ws(' ', subject_id, 'that expires', expires_at) as id, l.remaining as kept, m.points as summed
       from points_lot l
       full join (select subject_id, expires_at, sum(points) as points from moved group by subject_id, expires_at) m
            using (subject_id, expires_at)
      where coalesce(l.remaining, 0) <> coalesce(m.points, 0)`,
  );

/** What each debit has taken of lots and still owes. One that is reversed has given everything back. */
export const debitDifferences = (tx: Tx): Promise<Difference[]> =>
  tx.query(
    '',
    `select 'what was taken and is owed for the entry' as what, concat_ws(' ', t.subject_id, t.id) as id,
            concat_ws(' ', coalesce(k.points, 0), coalesce(d.owed, 0)) as kept,
            case when r.id is null then -t.points else 0 end::text as summed
       from points_transfer t
       left join (select subject_id, transfer_id, sum(points) as points from points_take where returned_by is null
                   group by subject_id, transfer_id) k on k.subject_id = t.subject_id and k.transfer_id = t.id
       left join points_debt d on d.subject_id = t.subject_id and d.transfer_id = t.id
       left join points_transfer r on r.subject_id = t.subject_id and r.reverses = t.id
      where t.points < 0 and coalesce(k.points, 0) + coalesce(d.owed, 0) <> case when r.id is null then -t.points else 0 end`,
  );

/** Nothing is owed while something can be spent; and what falls due will be seen to. */
export const orderDifferences = (tx: Tx): Promise<Difference[]> =>
  tx.query(
    '',
    `select 'what can be spent, is owed and is due of account' as what, a.subject_id::text as id,
            concat_ws(' ', a.balance - a.held, a.due_at) as kept,
            concat_ws(' ', coalesce(l.points, 0), -coalesce(d.owed, 0), least(l.due_at, p.due_at, h.due_at)) as summed
       from points_account a
       left join (select subject_id, sum(remaining) as points, nullif(min(expires_at), 'infinity') as due_at
                    from points_lot group by subject_id) l using (subject_id)
       left join (select subject_id, sum(owed) as owed from points_debt group by subject_id) d using (subject_id)
       left join (select subject_id, min(vests_at) as due_at from points_pending group by subject_id) p using (subject_id)
       left join (select subject_id, min(expires_at) as due_at from points_hold where status = 'HELD' group by subject_id) h
            using (subject_id)
      where (l.points > 0 and d.owed > 0) or a.balance - a.held <> coalesce(l.points, 0) - coalesce(d.owed, 0)
         or coalesce(a.due_at, 'infinity') > coalesce(least(l.due_at, p.due_at, h.due_at), 'infinity')`,
  );

/** The sums of all accounts: the house's own, which its entries make, and everybody else's. */
export const totals = (
  tx: Tx,
): Promise<{ readonly account: string; readonly points: string; readonly count: string }[]> =>
  tx.query(
    '',
    `select house as account, (-sum(points + pending))::text as points, count(*)::text as count
       from points_transfer where house is not null group by house
     union all
     select 'HOLDERS', coalesce(sum(balance + pending), 0)::text, count(*)::text from points_account order by 1`,
  );
