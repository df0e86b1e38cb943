import { columns } from '../db/columns.ts';
import type { Tx } from '../db/tx.ts';
import type { EvidenceRow } from '../detection/evidence.ts';
import type { EvidenceCode } from '../detection/llr.ts';
import type { FactKey } from './marks.queries.ts';

/** Adds a row of this code to what is known of these reviews: in place of one that weighs less, and not beside one that weighs more. */
export const addToMarks = (
  tx: Tx,
  code: EvidenceCode,
  rows: readonly (FactKey & { readonly row: EvidenceRow })[],
): Promise<unknown> =>
  tx.query(
    'integrity.add_to_marks',
    `update review_mark m set weight = m.weight - coalesce(known.weight, 0) + new.weight, evidence = known.others || new.row
       from unnest($2::uuid[], $3::uuid[], $4::float8[], $5::jsonb[]) as new (merchant_id, review_id, weight, row)
       join review_mark was using (merchant_id, review_id)
       cross join lateral (
         select max((e ->> 'logLikelihoodRatio')::float8) filter (where e ->> 'code' = $1) as weight,
                coalesce(jsonb_agg(e) filter (where e ->> 'code' <> $1), '[]') as others
           from jsonb_array_elements(was.evidence) as e) as known
      where m.merchant_id = new.merchant_id and m.review_id = new.review_id and (known.weight is null or known.weight < new.weight)`,
    [
      code,
      ...columns(
        rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        (each) => each.merchantId,
        (each) => each.id,
        (each) => each.row.logLikelihoodRatio,
        (each) => JSON.stringify(each.row),
      ),
    ],
  );
