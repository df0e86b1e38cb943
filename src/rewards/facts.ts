import type { Reader } from '../db/tx.ts';
import type { FactPlace } from '../evidence/changed-facts.ts';
import { meaningsOf } from '../orders/order-evidence.ts';
import type { OrderState } from '../orders/order-state.ts';
import { ordersOf } from '../orders/orders.commands.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import type { Verification } from '../reviews/review.ts';
import { reviewsWith } from '../reviews/weigh.commands.ts';
import { postingKind } from '../scoring/kinds.ts';
import { expiring, repliesTo, type ExpiringRow } from './facts.queries.ts';
import { EARNING_EVENTS, PAYEES, PENALTY_EVENTS, type EarningEvent, type Payee, type PenaltyEvent } from './rules.ts';

/** Something of a fact that rules may give points for, or take some. */
export interface Happening {
  readonly fact: FactPlace;
  readonly event: EarningEvent | PenaltyEvent;
  readonly payee: Payee;
  readonly subjectId: string;
  readonly counterpartyId: string | null;
  readonly occurredAt: number;
  readonly characters?: number; // of a review's text
  readonly verification?: Verification; // of a review
  readonly hours?: number; // until a review was answered
}

export interface Facts {
  readonly orders: readonly OrderState[];
  /** Each fact with each of those whose grants may be of it. */
  readonly parties: readonly { readonly subjectId: string; readonly factId: string }[];
  readonly happenings: readonly Happening[];
}

/** What there is to facts now. */
export async function factsAt(on: Reader, now: number, places: readonly FactPlace[]): Promise<Facts> {
  const of = (kind: FactPlace['kind']) => places.filter((place) => place.kind === kind);
  const keys = (kind: FactPlace['kind']) => of(kind).map(({ placeId, id }) => ({ merchantId: placeId, id }));
  const orders = await ordersOf(on, keys('ORDER'));
  const reviews = await reviewsWith(on, keys('REVIEW'));
  const replies = reviews.length > 0 ? await repliesTo(on, of('REVIEW')) : [];
  const papers = of('QUALIFICATION');
  const expired = papers.length > 0 ? await expiring(on, papers) : [];
  const repliedAt = new Map(replies.map((reply) => [reply.id, reply.repliedAt]));
  const party = (factId: string, ...subjectIds: string[]) => subjectIds.map((subjectId) => ({ subjectId, factId }));
  return {
    orders,
    parties: [
      ...orders.flatMap(({ id, merchantId, buyerId }) => party(id, merchantId, buyerId)),
      ...reviews.flatMap(({ id, merchantId, authorId }) => party(id, merchantId, authorId)),
      ...expired.flatMap(({ id, ownerId }) => party(id, ownerId)),
    ],
    happenings: [
      ...orders.flatMap(ofOrder),
      ...reviews.flatMap((review) => ofReview(review, repliedAt.get(review.id))),
      ...expired.flatMap((paper) => ofQualification(paper, now)),
    ],
  };
}

/** What an order means for its parties is told by its own room; a complaint in which nobody lost is settled. */
function ofOrder(order: OrderState): Happening[] {
  const fact: FactPlace = { placeId: order.merchantId, id: order.id, kind: 'ORDER' };
  const found = meaningsOf(order).flatMap((meaning): Happening[] => {
    const payee = PAYEES.find((each) => each === meaning.subjectKind);
    const event = payee && eventOf(payee, postingKind(meaning.kind).key);
    if (!event) return [];
    const { subjectId, counterparty, occurredAt } = meaning;
    return [{ fact, event, payee, subjectId, counterpartyId: counterparty, occurredAt }];
  });
  if (order.disputeLostBy !== 'NONE' || order.voidedAt !== null) return found;
  const { merchantId, buyerId } = order;
  const settled = { fact, event: 'COMPLAINT_SETTLED', occurredAt: order.disputeClosedAt! } as const;
  return [
    ...found,
    { ...settled, payee: 'MERCHANT', subjectId: merchantId, counterpartyId: buyerId },
    { ...settled, payee: 'BUYER', subjectId: buyerId, counterpartyId: merchantId },
  ];
}

function eventOf(payee: Payee, key: string): EarningEvent | PenaltyEvent | null {
  if (Object.hasOwn(EARNING_EVENTS, key)) {
    const event = key as EarningEvent;
    return (EARNING_EVENTS[event].payees as readonly Payee[]).includes(payee) ? event : null;
  }
  if (!Object.hasOwn(PENALTY_EVENTS, key)) return null;
  return PENALTY_EVENTS[key as PenaltyEvent] === payee ? (key as PenaltyEvent) : null;
}

const HOUR_MS = 3_600_000;

/** Stars give nothing: good and bad words earn the same. A review that does not count earns nothing, nor does its answer. */
function ofReview(review: ReviewFact, repliedAt: number | undefined): Happening[] {
  if (review.status !== 'COUNTED' || review.isNetworkRating) return [];
  const fact: FactPlace = { placeId: review.merchantId, id: review.id, kind: 'REVIEW' };
  const { authorId, merchantId, occurredAt } = review;
  const found: Happening[] = [];
  if (review.orderId !== null && review.text !== null)
    found.push({
      fact,
      event: 'REVIEW_WITH_TEXT',
      payee: 'BUYER',
      subjectId: authorId,
      counterpartyId: merchantId,
      occurredAt,
      characters: [...review.text.trim()].length,
      verification: review.verification,
    });
  if (repliedAt !== undefined)
    found.push({
      fact,
      event: 'QUICK_REPLY',
      payee: 'MERCHANT',
      subjectId: merchantId,
      counterpartyId: authorId,
      occurredAt: repliedAt,
      hours: (repliedAt - occurredAt) / HOUR_MS,
    });
  return found;
}

/** It ran out before there was another word on it. */
function ofQualification({ placeId, id, ownerId, expiresAt, statedAt, replacedAt }: ExpiringRow, now: number) {
  const occurredAt = Math.max(expiresAt, statedAt);
  if (occurredAt > now || (replacedAt !== null && replacedAt < expiresAt)) return [];
  const fact: FactPlace = { placeId, id, kind: 'QUALIFICATION' };
  const of = { event: 'QUALIFICATION_EXPIRED', payee: 'MERCHANT', counterpartyId: null } as const;
  return [{ fact, ...of, subjectId: ownerId, occurredAt }];
}
