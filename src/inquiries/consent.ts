import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isMarketplace, ownId, type Actor } from '../access/actor.ts';
import type { Purpose } from '../access/terms.ts';

/** A buyer's word that a partner may take out its grade, for a purpose and a time. It ends, and is never changed otherwise. */
export const Consent = defineEntity({
  name: 'Consent',
  tableName: 'consent',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    subjectId: p.uuid().primary(),
    id: p.uuid().primary(),
    partnerId: p.uuid(),
    purpose: p.text().$type<Purpose>(),
    grantedAt: p.datetime(),
    grantedBy: p.text(),
    proof: p.text().nullable(), // where the marketplace keeps the buyer's word, if it passed that on
    until: p.datetime(),
    endedAt: p.datetime().nullable(),
    endedAs: p.text().$type<'WITHDRAWN' | 'RENEWED'>().nullable(),
    endedBy: p.text().nullable(),
    endProof: p.text().nullable(),
  },
});
export type Consent = InferEntity<typeof Consent>;

const visibleTo = (actor: Actor) => (isMarketplace(actor) ? {} : { subjectId: ownId(actor, 'BUYER') });

export const CONSENT_STATES = ['HOLDS', 'EXPIRED', 'WITHDRAWN', 'RENEWED'] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

/** At `now`, in ms. */
export function stateOf({ endedAs, until }: Pick<Consent, 'endedAs' | 'until'>, now: number): ConsentState {
  if (endedAs) return endedAs;
  return until.getTime() > now ? 'HOLDS' : 'EXPIRED';
}
