import { fromUnits } from '../scoring/fixed.ts';
import { evidenceOf, type EvidenceRow } from './evidence.ts';
import { DEFAULT_LLRS } from './llr-default.ts';
import type { EvidenceCode, LlrTable } from './llr.ts';
import { surpriseOf } from './poisson.ts';
import { paidBack, provenFakesOf } from './known-signs.ts';
import type { OrderContext, ReviewContext, SharedTrace } from './review-context.ts';

const DAY = 86_400_000;
/** A consensus weighs as if this many reviews had given the mean of all: as src/scoring/reliability.ts has it. */
const CONSENSUS_PRIOR = 3;
const AT_ONCE = 2 * DAY;
/** Behind anybody's device, card or address, how many others may be expected at the same merchant: people of a household. */
const HOUSEMATES = 0.5;

/** Stage 1: what speaks against a review, or for it, as it comes in. O(1): its context is all that it looks at. */
export function suspect(review: ReviewContext, table: LlrTable = DEFAULT_LLRS): EvidenceRow[] {
  const rows = [
    ...ofOrder(review, review.order, table),
    ...ofIdentity(review, table),
    ...ofTarget(review, table),
    ...ofReviewer(review, table),
    ofText(review, table),
  ];
  return rows.filter((row) => row !== null).map((row) => withFacts(row, review));
}

const withFacts = (row: EvidenceRow, { facts }: ReviewContext): EvidenceRow =>
  facts?.[row.code] ? { ...row, facts: facts[row.code] } : row;

/** Yes-or-no evidence: a strength of 1 where it holds. */
const ifSo = (table: LlrTable, code: EvidenceCode, holds: boolean, detail: EvidenceRow['detail'] = {}) =>
  holds ? evidenceOf(table, code, 1, { observed: 1, expected: 0, detail }) : null;

function ofOrder({ occurredAt }: ReviewContext, order: OrderContext | null, table: LlrTable) {
  if (!order?.paidAt) return [ifSo(table, 'NO_PURCHASE', true)];
  const { deliveredAt, refundedAt, paidAt, paidBackAt = null } = order;
  const isEarly = deliveredAt === null || occurredAt < deliveredAt;
  return [
    ifSo(table, 'BEFORE_DELIVERY', isEarly),
    ifSo(table, 'REFUNDED_AT_ONCE', refundedAt !== null && refundedAt - paidAt < AT_ONCE),
    paidBackAt === null ? null : paidBack('TOLD', table),
  ];
}

function ofIdentity({ traces, isMutual, isOwnShop }: ReviewContext, table: LlrTable) {
  return [
    ifSo(table, 'OWN_SHOP', isOwnShop),
    ifSo(table, 'MUTUAL_RATING', isMutual),
    ofTrace('SHARED_DEVICE', traces.device, table),
    ofTrace('SHARED_PAYMENT', traces.payment, table),
    ofTrace('SHARED_ADDRESS', traces.address, table),
  ];
}

/** A shared address of a mobile carrier proves little: what counts is how many more are at this merchant than chance brings. */
function ofTrace(code: EvidenceCode, { siblings, holders, merchantShare }: SharedTrace, table: LlrTable) {
  const expected = Math.max(0, holders - 1) * merchantShare + HOUSEMATES;
  return evidenceOf(table, code, surpriseOf(siblings, expected), {
    observed: siblings,
    expected,
    detail: { holders },
  });
}

function ofTarget({ valence, subject }: ReviewContext, table: LlrTable) {
  const { consensusSum, consensusWeight, meanSum, meanCount, reviews, newcomers, deliveries, reviewsPerDelivery } =
    subject;
  const mean = meanCount === 0 ? 0 : fromUnits(meanSum) / meanCount;
  const weight = fromUnits(consensusWeight);
  const consensus = (fromUnits(consensusSum) + CONSENSUS_PRIOR * mean) / (weight + CONSENSUS_PRIOR);
  const confidence = weight / (weight + CONSENSUS_PRIOR);
  const expectedReviews = deliveries * reviewsPerDelivery + 1;
  const expectedNewcomers = reviews * subject.newcomerShare;
  return [
    evidenceOf(table, 'BURST', surpriseOf(reviews, expectedReviews), { observed: reviews, expected: expectedReviews }),
    evidenceOf(table, 'BURST_OF_NEWCOMERS', surpriseOf(newcomers, expectedNewcomers), {
      observed: newcomers,
      expected: expectedNewcomers,
    }),
    evidenceOf(table, 'FAR_FROM_CONSENSUS', (Math.abs(valence - consensus) / 2) * confidence, {
      observed: valence,
      expected: consensus,
      detail: { confidence },
    }),
  ];
}

function ofReviewer({ valence, occurredAt, reviewer, provenFakes = 0 }: ReviewContext, table: LlrTable) {
  const ageDays = Math.max(0, occurredAt - reviewer.knownSince) / DAY;
  return [
    ifSo(table, 'EXTREME_STARS', Math.abs(valence) === 1),
    evidenceOf(table, 'NEW_REVIEWER', 1 / (1 + ageDays), { observed: ageDays, expected: null }),
    evidenceOf(table, 'RELIABILITY', 1 - reviewer.reliability, { observed: reviewer.reliability, expected: 0.8 }),
    evidenceOf(table, 'TOO_MANY_A_DAY', reviewer.reviewsToday, { observed: reviewer.reviewsToday, expected: 1 }),
    provenFakesOf(provenFakes, table),
  ];
}

const ofText = ({ likeness }: ReviewContext, table: LlrTable) =>
  evidenceOf(table, 'NEAR_DUPLICATE', likeness, { observed: likeness, expected: 0 });
