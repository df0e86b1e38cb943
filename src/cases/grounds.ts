import type { VoidGround } from '../reviews/review.ts';

/** On these the merchant that was praised may have had its part. The others befall it. */
export const PAYING_GROUNDS: readonly VoidGround[] = ['FAKE_PURCHASED', 'INSIDER', 'COLLUSION_RING'];

/** The ground on which a merchant is sanctioned with the authors, as the rules of conduct name it. */
export const PAID_FOR_REVIEWS = 'PAID_FOR_REVIEWS';

/** What was found, as it is told to those concerned. */
const FINDINGS: Readonly<Record<VoidGround, string>> = {
  FAKE_PURCHASED: 'the review was paid for',
  FAKE_COMPETITOR: 'the review was written by or for a competitor, to do harm',
  INSIDER: 'its author belongs to the merchant or is close to it, and does not say so',
  COLLUSION_RING: 'it is part of a group of accounts that review by arrangement',
  EXTORTION: 'it was used to demand money or goods',
  SPAM: 'it advertises, or says nothing about the deal',
  NOT_A_CUSTOMER: 'its author never bought what it is about',
  PERSONAL_DATA: 'it has the personal data of somebody in it',
  ILLEGAL: 'what it says is against the law',
};

/** Why a review does not count, where the decision says nothing more. */
export const statementOn = (ground: VoidGround): string =>
  `The review no longer counts, because it was found that ${FINDINGS[ground]}. It stays on record with this reason.`;

/** The same for a merchant that paid for reviews. */
export const merchantStatement = (reviews: number): string =>
  `It was found that ${reviews === 1 ? 'a review' : `${reviews} reviews`} of you came about by payment, by people who belong to you, or by arrangement. They no longer count.`;

/** Why an order and its review do not count, where the decision says nothing more. */
export const ORDER_STATEMENT =
  'The order no longer counts, nor does a review of it, because it was found to be made up: placed by its merchant or for it, to lift its sales and grade. Both stay on record with this reason.';

/** The same for the merchant. */
export const brushingStatement = (orders: number): string =>
  `It was found that ${orders === 1 ? 'an order' : `${orders} orders`} with you came about by your own doing, to lift your sales and grade. They no longer count.`;
