import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isHouse, type Actor } from '../access/actor.ts';

export const EXCUSE_GROUNDS = ['STRIKE', 'STORM', 'PLATFORM_OUTAGE', 'FORCE_MAJEURE'] as const;
export type ExcuseGround = (typeof EXCUSE_GROUNDS)[number];

/**
 * Days in which something outside anyone's power befell merchants: what was late or cancelled then leaves the metrics of the
 * presets. It is never changed; it can be revoked, and then was in force for what is asked as of before.
 */
export const Excuse = defineEntity({
  name: 'Excuse',
  tableName: 'excuse',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    id: p.uuid().primary(),
    ground: p.text().$type<ExcuseGround>(),
    fromDay: p.integer(), // UTC days since 1970; both days are in it
    toDay: p.integer(),
    merchantIds: p.type('uuid[]').$type<string[]>().nullable(), // null: all
    note: p.text(),
    excusedBy: p.text(),
    recordedAt: p.datetime(),
    revokedAt: p.datetime().nullable(),
    revokedBy: p.text().nullable(),
    revokeNote: p.text().nullable(),
  },
});
export type Excuse = InferEntity<typeof Excuse>;

/** Merchants see what was left out of their metrics, not who decided it and why. */
const visibleTo = (actor: Actor) => (isHouse(actor) ? {} : { id: null });
