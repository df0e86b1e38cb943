import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isStaff, type Actor, type ActorSubject } from '../access/actor.ts';

export const FREEZE_GROUNDS = [
  'ACCOUNT_TAKEN_OVER',
  'FRAUD_SUSPECTED',
  'IDENTITY_UNPROVEN',
  'BY_LAW',
  'OWN_WISH',
] as const;
export type FreezeGround = (typeof FREEZE_GROUNDS)[number];

/** A time in which the account of a merchant or a buyer can read what is its own, and change nothing. It says nothing of trust. */
export const AccountFreeze = defineEntity({
  name: 'AccountFreeze',
  tableName: 'account_freeze',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    subjectId: p.uuid().primary(),
    id: p.uuid().primary(),
    subjectKind: p.text().$type<ActorSubject['kind']>(),
    ground: p.text().$type<FreezeGround>(),
    note: p.text(),
    frozenBy: p.text(),
    frozenAt: p.datetime(),
    unfrozenAt: p.datetime().nullable(),
    unfrozenBy: p.text().nullable(),
    unfreezeNote: p.text().nullable(),
  },
});
export type AccountFreeze = InferEntity<typeof AccountFreeze>;

const visibleTo = (actor: Actor) => (isStaff(actor) ? {} : { subjectId: actor.subject?.id ?? null });
