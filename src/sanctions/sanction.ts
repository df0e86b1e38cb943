import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isHouse, ownId, type Actor } from '../access/actor.ts';
import type { Condition } from '../scoring/policy.ts';
import type { SanctionKind } from './conduct.ts';

/** Whom a measure can be taken against. */
export type SanctionedKind = 'MERCHANT' | 'BUYER';

/** A measure against someone, on a ground and with a statement. It is never changed; it ends, is lifted, or annulled as if it never was. */
export const Sanction = defineEntity({
  name: 'Sanction',
  tableName: 'sanction',
  filters: { visible: { name: 'visible', default: true, cond: (call: Seen) => visibleTo(call) } },
  properties: {
    subjectId: p.uuid().primary(),
    id: p.uuid().primary(),
    subjectKind: p.text().$type<SanctionedKind>(),
    kind: p.text().$type<SanctionKind>(),
    ground: p.text(), // a code of the conduct rules
    statement: p.text(), // for whom it is imposed on
    note: p.text(), // for staff
    territory: p.type('text[]').$type<string[]>().nullable(), // ISO 3166 codes; null: everywhere
    isDetectedAutomatically: p.boolean(),
    isDecidedAutomatically: p.boolean(),
    points: p.integer(), // credit points deducted by it
    transferId: p.uuid().nullable(), // by which they were; null without points
    strikes: p.integer(), // that it puts on the ladder
    strikesUntil: p.datetime(),
    conductVersion: p.integer(), // of the rules that it was imposed by
    decisionId: p.uuid().nullable(), // that it is a part of; null where it stands alone
    imposedBy: p.text(),
    approvedBy: p.text().nullable(), // null where one person may decide
    imposedAt: p.datetime(),
    endsAt: p.datetime().nullable(),
    appealUntil: p.datetime(),
    liftedAt: p.datetime().nullable(),
    liftedBy: p.text().nullable(),
    liftNote: p.text().nullable(),
    annulledAt: p.datetime().nullable(),
  },
});
export type Sanction = InferEntity<typeof Sanction>;

interface Seen {
  readonly actor: Actor;
  readonly now: number;
}

/** Of merchants the public is told whose trade is suspended or over, and of notices; all else is theirs and the house's to know. */
const PUBLIC_KINDS = ['SUSPENSION', 'REMOVAL', 'PUBLIC_NOTICE'] as const satisfies SanctionKind[];

const visibleTo = ({ actor, now }: Seen) => {
  if (isHouse(actor)) return {};
  const inPublic = {
    subjectKind: 'MERCHANT' as const,
    kind: { $in: [...PUBLIC_KINDS] },
    annulledAt: null,
    liftedAt: null,
    $or: [{ endsAt: null }, { endsAt: { $gt: new Date(now) } }],
  };
  const own = ownId(actor, 'MERCHANT') ?? ownId(actor, 'BUYER');
  return own === null ? inPublic : { $or: [{ subjectId: own }, inPublic] };
};

/** They may name others, and tell what is nobody's business: so, but in a notice, they are for whom they concern, and for the house. */
export const mayReadReasons = (actor: Actor, { kind, subjectId }: Pick<Sanction, 'kind' | 'subjectId'>): boolean =>
  kind === 'PUBLIC_NOTICE' || isHouse(actor) || (ownId(actor, 'MERCHANT') ?? ownId(actor, 'BUYER')) === subjectId;

/** What caps a grade while such a measure lasts. */
export const CONDITION_OF: Readonly<Partial<Record<SanctionKind, Condition>>> = {
  RESTRICTION: 'SANCTION_RESTRICTION',
  SUSPENSION: 'SANCTION_SUSPENSION',
  REMOVAL: 'SANCTION_REMOVAL',
};
