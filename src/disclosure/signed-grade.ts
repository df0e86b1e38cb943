import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isStaff, type Actor } from '../access/actor.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { Level } from '../scoring/levels.ts';

export const SIGNED_STATES = ['VALID', 'EXPIRED', 'REVOKED'] as const;
export type SignedState = (typeof SIGNED_STATES)[number];

/** That a grade was signed, and for whom. What was signed is its holder's: we keep what is needed to revoke it. */
export const SignedGrade = defineEntity({
  name: 'SignedGrade',
  tableName: 'grade_credential',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    subjectId: p.uuid().primary(),
    id: p.uuid().primary(),
    policyId: p.uuid(),
    subjectKind: p.text().$type<SubjectKind>(),
    level: p.text().$type<Level>(),
    holder: p.text(),
    issuedAt: p.datetime(),
    validUntil: p.datetime(),
    revokedAt: p.datetime().nullable(),
    revokedBy: p.text().nullable(),
    revokeNote: p.text().nullable(),
  },
});
export type SignedGrade = InferEntity<typeof SignedGrade>;

/** What was revoked stays so when its time is over. */
export function stateOf({ revokedAt, validUntil }: SignedGrade, now: number): SignedState {
  if (revokedAt) return 'REVOKED';
  return validUntil.getTime() <= now ? 'EXPIRED' : 'VALID';
}

const visibleTo = (actor: Actor) => (isStaff(actor) ? {} : { id: null });
