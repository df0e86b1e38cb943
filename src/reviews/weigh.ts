import { dayOf, type Book, type Tally } from '../evidence/book.ts';
import { bookOf, dayTallyOf, enter, pairOf, reverse, type Entry, type Ledger } from '../evidence/ledger.ts';
import { reliabilityInBurst } from '../scoring/burst.ts';
import { kindOf, slotOf } from '../scoring/kinds.ts';
import {
  applyToConsensus,
  applyToReviewer,
  assess,
  NEW_REVIEWER,
  takeBackFromConsensus,
  takeBackFromReviewer,
  type Increment,
} from '../scoring/reliability.ts';
import { valenceOf, type ReviewFact } from './review-fact.ts';

/** The running mean of all reviews, as a transaction found it and as it leaves it. */
export interface Mean {
  sum: number; // of w, in units of 1e-8
  count: number;
}

const WINDOW_DAYS = 7;

/** The days of its merchant that a review of this instant looks at, its own last. */
export const daysBefore = (occurredAt: number): number[] => {
  const last = dayOf(occurredAt);
  return Array.from({ length: WINDOW_DAYS }, (_, i) => last - WINDOW_DAYS + 1 + i);
};

/**
 * Weighs a new review by what is known at this moment, and counts it: on its merchant, its product, its author and the mean of
 * all. What it adds is written into it, so that it can be taken back as it was.
 */
export function countReview(ledger: Ledger, mean: Mean, review: ReviewFact): void {
  if (review.status === 'UNVERIFIED') return;
  const merchant = bookOf(ledger, review.merchantId);
  if (!review.isNetworkRating && isOverBurstCap(merchant, review.occurredAt)) review.status = 'HELD';
  moveSeen(ledger, review, 1);
  const author = bookOf(ledger, review.authorId);
  const consensus = { sum: merchant.tally.consensusSum, weight: merchant.tally.consensusWeight };
  const gained = assess(valenceOf(review), author.reviewer ?? NEW_REVIEWER, consensus, mean, review.occurredAt);
  review.reliability = gained.reliability;
  review.experience = gained.experience;
  keepGains(review, gained);
  if (review.status === 'COUNTED') teach(ledger, mean, review, gained); // a held one may be part of a flood
  moveRatings(ledger, review, 1);
  enterPostings(ledger, review);
}

/** What it adds when it counts: of a held one, what it will add should it be released. */
function keepGains(review: ReviewFact, gained: Increment): void {
  review.agreeGain = gained.agree;
  review.disagreeGain = gained.disagree;
  review.experienceGain = gained.experienceGain;
  review.consensusGain = gained.consensusSum;
  review.weightGain = gained.consensusWeight;
}

function teach(ledger: Ledger, mean: Mean, review: ReviewFact, gained: Increment): void {
  const author = bookOf(ledger, review.authorId);
  author.reviewer = applyToReviewer(author.reviewer ?? NEW_REVIEWER, gained);
  const { tally } = bookOf(ledger, review.merchantId);
  const { sum, weight } = applyToConsensus({ sum: tally.consensusSum, weight: tally.consensusWeight }, gained);
  tally.consensusSum = sum;
  tally.consensusWeight = weight;
  mean.sum += review.valence;
  mean.count++;
}

/**
 * In any 7 days at most e + 2·sqrt(n) reviews of a merchant count: n were seen, e orders were delivered in these days, and an
 * order brings one review at most. The rest is held, not voided: a sale is no fraud.
 */
function isOverBurstCap(merchant: Book, occurredAt: number): boolean {
  let delivered = 0;
  let seen = 1;
  let counted = 1;
  for (const day of daysBefore(occurredAt)) {
    const tally = merchant.days.get(day);
    if (!tally) continue;
    delivered += tally.deals;
    seen += tally.reviewsSeen;
    counted += tally.reviewsCounted;
  }
  return counted > delivered + 2 * Math.sqrt(seen);
}

/** Moves what later reviews of these days are told of this one. */
function moveSeen(ledger: Ledger, review: ReviewFact, by: 1 | -1): void {
  const merchant = bookOf(ledger, review.merchantId);
  if (!review.isNetworkRating) dayTallyOf(merchant, dayOf(review.occurredAt)).reviewsSeen += by;
  else if (isFreePraise(review)) dayTallyOf(merchant, dayOf(review.occurredAt)).praises += by;
}

const isFreePraise = ({ isNetworkRating, valence }: ReviewFact): boolean => isNetworkRating && valence >= 0;

/** How far a posting of this review believes its author: of free praise, the less the more of it comes in these days. */
function reliabilityFor(merchant: Book, review: ReviewFact, kind: number): number {
  if (!isFreePraise(review)) return review.reliability;
  const seen = daysBefore(review.occurredAt).reduce((sum, day) => sum + (merchant.days.get(day)?.praises ?? 0), 0);
  const before = Math.max(0, merchant.tally.counts[slotOf(kind)]! + 1 - seen);
  return reliabilityInBurst(review.reliability, seen, before);
}

/** Moves what shoppers see, on the merchant and on the product: by +1 when the review comes to count, by −1 when it ceases to. */
function moveRatings(ledger: Ledger, review: ReviewFact, by: 1 | -1): void {
  if (review.status === 'HELD') moveExcluded(ledger, review, by);
  else for (const id of subjectsOf(review)) moveRating(bookOf(ledger, id).tally, review, by);
  if (review.status === 'COUNTED' && !review.isNetworkRating)
    dayTallyOf(bookOf(ledger, review.merchantId), dayOf(review.occurredAt)).reviewsCounted += by;
}

/** Moves how many reviews are shown as left out, wherever this one is shown. */
export function moveExcluded(ledger: Ledger, review: ReviewFact, by: 1 | -1): void {
  for (const id of subjectsOf(review)) bookOf(ledger, id).tally.excluded += by;
}

function moveRating(tally: Tally, review: ReviewFact, by: 1 | -1): void {
  tally.stars[review.stars - 1]! += by;
  if (review.verification !== 'NONE') tally.verified += by;
  review.dimensions.forEach((stars, i) => {
    if (stars === null) return;
    tally.dimensionCounts[i]! += by;
    tally.dimensionSums[i]! += by * stars;
  });
}

const subjectsOf = ({ merchantId, productId }: ReviewFact): string[] =>
  productId === null ? [merchantId] : [merchantId, productId];

function enterPostings(ledger: Ledger, review: ReviewFact): void {
  for (const subjectId of subjectsOf(review)) {
    const book = bookOf(ledger, subjectId);
    const pair = pairOf(book, review.authorId);
    const pairRank = pair.reviews;
    const kind = kindFor(book.kind === 'PRODUCT' ? 'PRODUCT' : 'MERCHANT', review);
    if (review.status === 'COUNTED') pair.reviews++;
    enter(ledger, {
      subjectId,
      factId: review.id,
      kind,
      revision: 0,
      occurredAt: review.occurredAt,
      counterparty: review.authorId,
      amount: review.amount,
      currency: review.currency,
      reliability: reliabilityFor(book, review, kind),
      experience: review.experience,
      isPurchase: review.isPurchase,
      pairRank,
      isHeld: review.status === 'HELD',
      sign: 1,
    });
  }
}

function kindFor(subjectKind: 'MERCHANT' | 'PRODUCT', { isNetworkRating, valence, stars }: ReviewFact): number {
  if (isNetworkRating) return kindOf('MERCHANT', valence >= 0 ? 'RATING_POSITIVE' : 'RATING_NEGATIVE').code;
  return kindOf(subjectKind, `REVIEW_${stars}`).code;
}

/**
 * Takes a review out of every sum that it moved, by exactly what it moved them; its neighbours are not weighed anew. `live`: its
 * postings that count now. Its status is the caller's to set.
 */
export function uncountReview(ledger: Ledger, mean: Mean, review: ReviewFact, live: readonly Entry[]): void {
  for (const entry of live) {
    reverse(ledger, entry);
    if (review.status === 'COUNTED') pairOf(bookOf(ledger, entry.subjectId), entry.counterparty!).reviews--;
  }
  if (review.status === 'UNVERIFIED') return;
  moveSeen(ledger, review, -1);
  moveRatings(ledger, review, -1);
  if (review.status === 'COUNTED') unlearn(ledger, mean, review);
}

function unlearn(ledger: Ledger, mean: Mean, review: ReviewFact): void {
  const gained = incrementOf(review);
  const author = bookOf(ledger, review.authorId);
  author.reviewer = takeBackFromReviewer(author.reviewer ?? NEW_REVIEWER, gained);
  const { tally } = bookOf(ledger, review.merchantId);
  const { sum, weight } = takeBackFromConsensus({ sum: tally.consensusSum, weight: tally.consensusWeight }, gained);
  tally.consensusSum = sum;
  tally.consensusWeight = weight;
  mean.sum -= review.valence;
  mean.count--;
}

/**
 * The exact inverse of `uncountReview`: every sum moves again by what is stored with the review, and nothing is weighed anew but
 * whether it was a purchase, which its order may have told meanwhile. `reversed`: its postings as they were last taken back. Its
 * status is again what it was.
 */
export function recountReview(ledger: Ledger, mean: Mean, review: ReviewFact, reversed: readonly Entry[]): void {
  for (const entry of reversed) {
    const isPurchase = entry.isPurchase || review.isPurchase;
    enter(ledger, { ...entry, revision: entry.revision + 1, isPurchase, sign: 1 });
    if (review.status === 'COUNTED') pairOf(bookOf(ledger, entry.subjectId), entry.counterparty!).reviews++;
  }
  if (review.status === 'UNVERIFIED') return;
  moveSeen(ledger, review, 1);
  moveRatings(ledger, review, 1);
  if (review.status === 'COUNTED') teach(ledger, mean, review, incrementOf(review));
}

const WEEK_MS = 7 * 86_400_000;
const incrementOf = (review: ReviewFact): Increment => ({
  reliability: review.reliability,
  experience: review.experience,
  agree: review.agreeGain,
  disagree: review.disagreeGain,
  experienceGain: review.experienceGain,
  week: Math.floor(review.occurredAt / WEEK_MS),
  consensusSum: review.consensusGain,
  consensusWeight: review.weightGain,
  valence: review.valence,
});

/** Its order turned out to be paid: the same postings come in again with what the review cost. A reversing pair, as for any re-weighing. */
export function reweighAsPurchase(ledger: Ledger, review: ReviewFact, live: readonly Entry[]): Entry[] {
  review.isPurchase = true;
  return live.map((entry) => {
    reverse(ledger, entry);
    const anew: Entry = { ...entry, revision: entry.revision + 2, isPurchase: true };
    enter(ledger, anew);
    return anew;
  });
}
