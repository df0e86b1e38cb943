import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isMarketplace, ownId, type Actor } from '../access/actor.ts';

export const INSPECTION_FINDINGS = ['FAILED', 'COUNTERFEIT'] as const;
export type InspectionFinding = (typeof INSPECTION_FINDINGS)[number];

/** An inspection that found something wrong with a merchant or its goods. It stays on record, also when it is annulled. */
export const Inspection = defineEntity({
  name: 'Inspection',
  tableName: 'inspection',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    merchantId: p.uuid().primary(),
    id: p.uuid().primary(), // that of its fact in the ledger
    productId: p.uuid().nullable(), // null: of the merchant as a whole
    finding: p.text().$type<InspectionFinding>(),
    inspectedAt: p.datetime(),
    note: p.text(),
    recordedBy: p.text(),
    recordedAt: p.datetime(),
    annulledAt: p.datetime().nullable(), // null: it stands
    annulledBy: p.text().nullable(),
    annulmentNote: p.text().nullable(),
  },
});
export type Inspection = InferEntity<typeof Inspection>;

const visibleTo = (actor: Actor) => (isMarketplace(actor) ? {} : { merchantId: ownId(actor, 'MERCHANT') });
