import type { Terms } from '../access/terms.ts';
import type { Tx } from '../db/tx.ts';

export interface NewPartner {
  readonly id: string;
  readonly name: string;
  readonly terms: Terms;
  readonly note: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** False if there is one of this name already. */
export async function addPartner(tx: Tx, { terms, ...partner }: NewPartner): Promise<boolean> {
  const added = await tx.query(
    'partners.add',
    `insert into partner (id, name, note, created_by, created_at, subject_kinds, purposes, pulls_per_day, burst)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (name) do nothing returning id`,
    [
      partner.id,
      partner.name,
      partner.note,
      partner.createdBy,
      partner.createdAt,
      terms.subjectKinds,
      terms.purposes,
      terms.pullsPerDay,
      terms.burst,
    ],
  );
  return added.length > 0;
}

/** False if there is no such partner. */
export async function setTerms(
  tx: Tx,
  id: string,
  { subjectKinds, purposes, pullsPerDay, burst }: Terms,
  why: { readonly by: string; readonly at: Date; readonly note: string },
): Promise<boolean> {
  const set = await tx.query(
    'partners.set-terms',
    `update partner set subject_kinds = $2, purposes = $3, pulls_per_day = $4, burst = $5,
                        terms_set_by = $6, terms_set_at = $7, terms_note = $8 where id = $1 returning id`,
    [id, subjectKinds, purposes, pullsPerDay, burst, why.by, why.at, why.note],
  );
  return set.length > 0;
}
