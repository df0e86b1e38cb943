import type { Call } from '../access/call.ts';
import { USUAL_TERMS, type Terms } from '../access/terms.ts';
import { once } from '../db/once.ts';
import { inTransaction } from '../db/tx.ts';
import { idsOf } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { checkedName } from './keys.checks.ts';
import { Partner } from './partner.ts';
import { addPartner, setTerms } from './partners.queries.ts';
import { checkedTerms } from './terms.checks.ts';

export interface CreatePartner {
  readonly name: string;
  readonly terms: Terms | null; // null: the usual ones
  readonly note: string;
  readonly idempotencyKey: string;
}

export async function createPartner(call: Call, input: CreatePartner): Promise<Partner> {
  const name = checkedName(input.name);
  const note = checkedNote(input.note);
  const terms = checkedTerms(input.terms ?? USUAL_TERMS);
  const id = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'createPartner', input, async () => {
      const by = { note, createdBy: call.actor.name, createdAt: new Date(call.now) };
      const partner = { id: newId(call.now), name, terms, ...by };
      if (await addPartner(tx, partner)) return partner.id;
      throw new Refusal('CONFLICT', 'PARTNER_EXISTS', 'There is a partner of this name.', ['name']);
    }),
  );
  return call.em.findOneOrFail(Partner, { id });
}

export interface SetPartnerTerms {
  readonly partnerId: string;
  readonly terms: Terms;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** From its next request on. What it took out already counts towards the new quota of the day. */
export async function setPartnerTerms(call: Call, input: SetPartnerTerms): Promise<Partner> {
  const [id] = idsOf('Partner', input.partnerId, 'partnerId');
  const note = checkedNote(input.note);
  const terms = checkedTerms(input.terms);
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'setPartnerTerms', input, async () => {
      if (await setTerms(tx, id, terms, { by: call.actor.name, at: new Date(call.now), note })) return;
      throw new Refusal('NOT_FOUND', 'PARTNER_NOT_FOUND', 'There is no such partner.', ['partnerId']);
    }),
  );
  return call.em.findOneOrFail(Partner, { id }, { refresh: true });
}
