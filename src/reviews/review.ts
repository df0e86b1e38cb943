import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isHouse, ownId, type Actor } from '../access/actor.ts';

export const REVIEW_STATUSES = ['COUNTED', 'HELD', 'VOIDED', 'UNVERIFIED'] as const;
export type ReviewStatus = (typeof REVIEW_STATUSES)[number];
export const VERIFICATIONS = ['NONE', 'ORDER_MATCHED', 'PAID', 'DELIVERED', 'KEPT'] as const;
export type Verification = (typeof VERIFICATIONS)[number];
export const VOID_GROUNDS = [
  'FAKE_PURCHASED',
  'FAKE_COMPETITOR',
  'INSIDER',
  'COLLUSION_RING',
  'EXTORTION',
  'SPAM',
  'NOT_A_CUSTOMER',
  'PERSONAL_DATA',
  'ILLEGAL',
] as const;
export type VoidGround = (typeof VOID_GROUNDS)[number];

/**
 * What a buyer says of a merchant after an order. It is never rewritten nor deleted: it is retracted by its author or voided on a
 * ground, and stops counting then. The increments that it caused are kept with it in units of 1e-8, so that they can be taken back as they were.
 */
export const Review = defineEntity({
  name: 'Review',
  tableName: 'review',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    merchantId: p.uuid().primary(),
    id: p.uuid().primary(),
    externalId: p.text().nullable(),
    orderId: p.uuid().nullable(),
    authorId: p.uuid(),
    productId: p.uuid().nullable(),
    stars: p.smallint(),
    valence: p.integer(), // w in units of 1e-8: -1 to 1
    description: p.smallint().nullable(),
    service: p.smallint().nullable(),
    logistics: p.smallint().nullable(),
    text: p.text().nullable(),
    channel: p.text(),
    incentivized: p.boolean(),
    occurredAt: p.datetime(),
    recordedAt: p.datetime(),
    status: p.text().$type<ReviewStatus>(),
    verification: p.text().$type<Verification>(),
    isNetworkRating: p.boolean(),
    reliability: p.bigint('number'), // the author's, before this review
    experience: p.bigint('number'), // as above
    agreeGain: p.bigint('number'), // what it added to its author's a, b and E
    disagreeGain: p.bigint('number'),
    experienceGain: p.bigint('number'),
    consensusGain: p.bigint('number'), // what it added to the merchant's S_j and W_j
    weightGain: p.bigint('number'),
    retractedAt: p.datetime().nullable(),
  },
});
export type Review = InferEntity<typeof Review>;

/** Held reviews await a judgment and retracted ones are their author's own affair: the public sees neither. */
const visibleTo = (actor: Actor) => {
  if (isHouse(actor)) return {};
  const inPublic = { status: { $ne: 'HELD' }, retractedAt: null };
  const buyer = ownId(actor, 'BUYER');
  if (buyer) return { $or: [inPublic, { authorId: buyer }] };
  const merchant = ownId(actor, 'MERCHANT');
  return merchant ? { $or: [inPublic, { merchantId: merchant, retractedAt: null }] } : inPublic;
};

/** The same for lists, which pass by the filter: what their reader sees beyond what is in public. */
export interface Sight {
  readonly isAll: boolean;
  readonly authorId: string | null; // what it wrote itself
  readonly merchantId: string | null; // what is held of what was written about it
}
export const sightOf = (actor: Actor): Sight => ({
  isAll: isHouse(actor),
  authorId: ownId(actor, 'BUYER'),
  merchantId: ownId(actor, 'MERCHANT'),
});

/** The merchant's public answer to a review: one, and it stays. */
export const ReviewReply = defineEntity({
  name: 'ReviewReply',
  tableName: 'review_reply',
  filters: { visible: { name: 'visible', default: true, cond: () => ({}) } }, // read only through a review that was found
  properties: {
    merchantId: p.uuid().primary(),
    reviewId: p.uuid().primary(),
    text: p.text(),
    repliedAt: p.datetime(),
  },
});
export type ReviewReply = InferEntity<typeof ReviewReply>;

/** Why a review stopped counting. One that was restored keeps the row, with when its ground was lifted. */
export const ReviewVoid = defineEntity({
  name: 'ReviewVoid',
  tableName: 'review_void',
  filters: { visible: { name: 'visible', default: true, cond: () => ({}) } }, // read only through a review that was found
  properties: {
    merchantId: p.uuid().primary(),
    reviewId: p.uuid().primary(),
    receiptId: p.uuid().primary(), // the decision's id, too
    statusBefore: p.text().$type<Exclude<ReviewStatus, 'VOIDED'>>(),
    isDetected: p.boolean(), // it was under suspicion before anyone looked at it
    ground: p.text().$type<VoidGround>(),
    statement: p.text(),
    voidedBy: p.text(),
    voidedAt: p.datetime(),
    liftedBy: p.text().nullable(),
    liftedAt: p.datetime().nullable(),
    liftReceiptId: p.uuid().nullable(),
  },
});
export type ReviewVoid = InferEntity<typeof ReviewVoid>;

/** Someone's doubt about a review, one for each reporter; for the house's eyes and the reporter's own. */
export const ReviewReport = defineEntity({
  name: 'ReviewReport',
  tableName: 'review_report',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => madeBy(actor) } },
  uniques: [{ name: 'review_report_once', properties: ['merchantId', 'reviewId', 'reporter'] }],
  properties: {
    merchantId: p.uuid().primary(),
    reviewId: p.uuid().primary(),
    id: p.uuid().primary(),
    reporter: p.text(),
    ground: p.text().$type<VoidGround>(),
    explanation: p.text(),
    reportedAt: p.datetime(),
    answer: p.text().nullable(),
    answeredBy: p.text().nullable(),
    answeredAt: p.datetime().nullable(),
  },
});
const madeBy = (actor: Actor) => (isHouse(actor) ? {} : { reporter: actor.name });
export type ReviewReport = InferEntity<typeof ReviewReport>;
