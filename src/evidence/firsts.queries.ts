import { columns } from '../db/columns.ts';
import type { Tx } from '../db/tx.ts';
import type { Entry } from './ledger.ts';

/**
 * When the first live posting of each of these pairs happened, leaving out those postings that `changed` is about. It reads the
 * whole ledger of their subjects: what is first between two is seldom taken back while something else remains.
 */
export const firstsLeft = (
  tx: Tx,
  pairs: readonly { subjectId: string; counterparty: string }[],
  changed: readonly Entry[],
): Promise<{ subject_id: string; counterparty_id: string; first_at: Date }[]> =>
  tx.query(
    'firsts_left',
    `with live as (
       select distinct on (p.subject_id, p.fact_id, p.kind) p.subject_id, p.counterparty_id, p.fact_id, p.kind, p.revision, p.occurred_at
         from unnest($1::uuid[], $2::uuid[]) as asked (subject_id, counterparty_id)
         join posting p on p.subject_id = asked.subject_id and p.counterparty_id = asked.counterparty_id
        order by p.subject_id, p.fact_id, p.kind, p.revision desc)
     select subject_id, counterparty_id, min(occurred_at) as first_at from live
      where revision % 2 = 0
        and not exists (select from unnest($3::uuid[], $4::uuid[], $5::smallint[]) as changed (subject_id, fact_id, kind)
                         where changed.subject_id = live.subject_id and changed.fact_id = live.fact_id and changed.kind = live.kind)
      group by subject_id, counterparty_id`,
    [
      ...columns(
        pairs,
        (each) => each.subjectId,
        (each) => each.counterparty,
      ),
      ...columns(
        changed,
        (each) => each.subjectId,
        (each) => each.factId,
        (each) => each.kind,
      ),
    ],
  );
