import { ownId } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { isKnownSubject } from '../access/subjects.queries.ts';
import type { Purpose } from '../access/terms.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { idsOf } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { partnerById } from '../partners/partners.loaders.ts';
import { Consent } from './consent.ts';
import { checkedProof, checkedUntil } from './consents.checks.ts';
import { addConsent, endForNext, withdraw, type NewConsent } from './consents.queries.ts';

export interface GrantConsent {
  readonly buyerId: string | null; // as the API gave it; a buyer may leave it out
  readonly partnerId: string;
  readonly purpose: Purpose;
  readonly until: Date | null;
  readonly proof: string | null; // of the PLATFORM alone
  readonly idempotencyKey: string;
}

/** It holds from now on. Another one, to the same partner for the same purpose, takes the place of the one before. */
export async function grantConsent(call: Call, input: GrantConsent): Promise<Consent> {
  const subjectId = await buyerOf(call, input.buyerId);
  const [partnerId] = idsOf('Partner', input.partnerId, 'partnerId');
  if (!(await partnerById(call, [partnerId])))
    throw new Refusal('NOT_FOUND', 'PARTNER_NOT_FOUND', 'There is no such partner.', ['partnerId']);
  const proof = checkedProof(call.actor, input.proof);
  const until = checkedUntil(input.until, call.now);
  const id = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'grantConsent', input, async () => {
      const by = { grantedAt: new Date(call.now), grantedBy: call.actor.name, proof, until };
      const consent = { subjectId, id: newId(call.now), partnerId, purpose: input.purpose, ...by };
      await takePlace(tx, consent);
      return consent.id;
    }),
  );
  return call.em.findOneOrFail(Consent, { subjectId, id });
}

const MOST_TRIES = 10; // each lost to somebody who was a moment sooner

async function takePlace(tx: Tx, consent: NewConsent): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    await endForNext(tx, consent);
    if (await addConsent(tx, consent)) return;
  }
  throw new Refusal('CONFLICT', 'CONSENT_CHANGING', 'This consent is being changed by others. Try again.');
}

export interface WithdrawConsent {
  readonly consentId: string;
  readonly proof: string | null; // of the PLATFORM alone
  readonly idempotencyKey: string;
}

/** From the next request on the partner gets nothing under it. */
export async function withdrawConsent(call: Call, input: WithdrawConsent): Promise<Consent> {
  const [subjectId, id] = idsOf('Consent', input.consentId, 'consentId');
  if (!(await call.em.findOne(Consent, { subjectId, id })))
    throw new Refusal('NOT_FOUND', 'CONSENT_NOT_FOUND', 'There is no such consent.', ['consentId']);
  const why = { at: new Date(call.now), by: call.actor.name, proof: checkedProof(call.actor, input.proof) };
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'withdrawConsent', input, async () => {
      if (await withdraw(tx, subjectId, id, why)) return;
      throw new Refusal('CONFLICT', 'CONSENT_ENDED', 'This consent has ended already.', ['consentId']);
    }),
  );
  return call.em.findOneOrFail(Consent, { subjectId, id }, { refresh: true });
}

/** A buyer speaks for itself alone; the marketplace's back end says for whom it passes on a word. */
async function buyerOf({ actor, sql }: Call, text: string | null): Promise<string> {
  const own = ownId(actor, 'BUYER');
  const asked = text === null ? own : idsOf('Buyer', text, 'buyerId')[0];
  if (actor.role === 'PLATFORM' && asked === null)
    throw new Refusal('INVALID', 'BUYER_MISSING', 'Say whose consent it is.', ['buyerId']);
  const isFound =
    asked !== null && (actor.role === 'PLATFORM' ? await isKnownSubject(sql, 'BUYER', asked) : asked === own);
  if (isFound) return asked;
  throw new Refusal('NOT_FOUND', 'BUYER_NOT_FOUND', 'There is no such buyer.', ['buyerId']);
}
