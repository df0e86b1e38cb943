import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** One subject's standing around a change. */
export interface StandingChange {
  readonly subjectKind: 'MERCHANT' | 'BUYER' | 'PRODUCT';
  readonly subjectId: string;
  readonly before: StandingSnapshot;
  readonly after: StandingSnapshot;
}
export interface StandingSnapshot {
  readonly level: string; // GradeLevel under the default policy at the instant of the change
  readonly exactScore: number | null; // null while NOT_RATED
  readonly ratingAverage: number | null; // null without counted reviews
  readonly ratingCount: number;
}

/** Proof that something stopped counting, exactly: every subject that moved, before and after. Filed under the merchant concerned. */
export const Receipt = defineEntity({
  name: 'Receipt',
  tableName: 'receipt',
  filters: { visible: { name: 'visible', default: true, cond: () => ({}) } }, // read only through the fact that it is about
  properties: {
    merchantId: p.uuid().primary(),
    id: p.uuid().primary(),
    reversedPostings: p.integer(),
    changes: p.json<StandingChange[]>(),
    pointsMoved: p.integer(),
    madeAt: p.datetime(),
  },
});
export type Receipt = InferEntity<typeof Receipt>;
