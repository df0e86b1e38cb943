import type { Tx } from '../db/tx.ts';

export interface NewPartner {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** False if there is one of this name already. */
export async function addPartner(tx: Tx, partner: NewPartner): Promise<boolean> {
  const added = await tx.query(
    'partners.add',
    `insert into partner (id, name, note, created_by, created_at) values ($1, $2, $3, $4, $5)
     on conflict (name) do nothing returning id`,
    [partner.id, partner.name, partner.note, partner.createdBy, partner.createdAt],
  );
  return added.length > 0;
}
