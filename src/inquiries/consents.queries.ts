import type { Purpose } from '../access/terms.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { Asking } from './terms.ts';

export interface NewConsent {
  readonly subjectId: string;
  readonly id: string;
  readonly partnerId: string;
  readonly purpose: Purpose;
  readonly grantedAt: Date;
  readonly grantedBy: string;
  readonly proof: string | null;
  readonly until: Date;
}

/** Ends the one that is open, if any: the next one takes its place. */
export function endForNext(tx: Tx, next: NewConsent): Promise<unknown> {
  tx.moved([next.subjectId]);
  return tx.query(
    'consents.renew',
    `update consent set ended_at = $4, ended_as = 'RENEWED', ended_by = $5
      where subject_id = $1 and partner_id = $2 and purpose = $3 and ended_at is null`,
    [next.subjectId, next.partnerId, next.purpose, next.grantedAt, next.grantedBy],
  );
}

/** False while another one is open; it waits for whoever is about to add one. */
export async function addConsent(tx: Tx, each: NewConsent): Promise<boolean> {
  tx.moved([each.subjectId]);
  const added = await tx.query(
    'consents.add',
    `insert into consent (subject_id, id, partner_id, purpose, granted_at, granted_by, proof, until)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (subject_id, partner_id, purpose) where ended_at is null do nothing returning id`,
    [each.subjectId, each.id, each.partnerId, each.purpose, each.grantedAt, each.grantedBy, each.proof, each.until],
  );
  return added.length > 0;
}

/** False where it had ended already. */
export async function withdraw(
  tx: Tx,
  subjectId: string,
  id: string,
  why: { readonly at: Date; readonly by: string; readonly proof: string | null },
): Promise<boolean> {
  tx.moved([subjectId]);
  const ended = await tx.query(
    'consents.withdraw',
    `update consent set ended_at = $3, ended_as = 'WITHDRAWN', ended_by = $4, end_proof = $5
      where subject_id = $1 and id = $2 and ended_at is null and until > $3 returning id`,
    [subjectId, id, why.at, why.by, why.proof],
  );
  return ended.length > 0;
}

export interface LastWord {
  readonly subjectId: string;
  readonly until: Date;
  readonly endedAs: 'WITHDRAWN' | 'RENEWED' | null;
}

/** The last word of each of these buyers to the partner; of those who never said one, nothing. */
export const lastConsents = (
  sql: Reader,
  buyerIds: readonly string[],
  { partnerId, purpose }: Asking,
): Promise<LastWord[]> =>
  sql.query(
    'consents.last',
    `select last.* from unnest($1::uuid[]) as buyer (id), lateral (
       select subject_id as "subjectId", until, ended_as as "endedAs" from consent
        where subject_id = buyer.id and partner_id = $2 and purpose = $3
        order by ended_at is null desc, ended_at desc limit 1) last`,
    [buyerIds, partnerId, purpose],
  );
