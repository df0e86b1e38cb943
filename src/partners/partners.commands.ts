import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { checkedName } from './keys.checks.ts';
import { Partner } from './partner.ts';
import { addPartner } from './partners.queries.ts';

export interface CreatePartner {
  readonly name: string;
  readonly note: string;
  readonly idempotencyKey: string;
}

export async function createPartner(call: Call, input: CreatePartner): Promise<Partner> {
  const name = checkedName(input.name);
  const note = checkedNote(input.note);
  const id = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'createPartner', input, async () => {
      const partner = { id: newId(call.now), name, note, createdBy: call.actor.name, createdAt: new Date(call.now) };
      if (await addPartner(tx, partner)) return partner.id;
      throw new Refusal('CONFLICT', 'PARTNER_EXISTS', 'There is a partner of this name.', ['name']);
    }),
  );
  return call.em.findOneOrFail(Partner, { id });
}
