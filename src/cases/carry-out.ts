import { leaveNotes } from '../db/notes.ts';
import type { Tx } from '../db/tx.ts';
import type { Ledger } from '../evidence/ledger.ts';
import { confirmSuspicions } from '../integrity/confirm.commands.ts';
import type { OrderState } from '../orders/order-state.ts';
import { holdOrders, refuseVoidedOrders } from '../orders/void-orders.ts';
import { BRUSHING, orderVoidedNote } from '../orders/voided-note.ts';
import { FAKE_GROUNDS } from '../reviews/fake-grounds.ts';
import { followProven, holdDoubtsAbout } from '../integrity/proven-authors.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import type { VoidGround } from '../reviews/review.ts';
import { voidReviews, type FactKey, type Moment, type VoidReceipt } from '../reviews/void.commands.ts';
import { voidedNote } from '../reviews/voided-note.ts';
import { reviewsAbout } from '../reviews/weigh.commands.ts';
import { settleAtOnce } from '../rewards/settle.commands.ts';
import { conductInForce } from '../sanctions/conduct.loaders.ts';
import { imposeSanctions, type NewSanction } from '../sanctions/impose.commands.ts';
import { sanctionFrom, stepsFor, type AskedStep, type Offender } from '../sanctions/ladder.commands.ts';
import { brushingStatement, merchantStatement, PAID_FOR_REVIEWS } from './grounds.ts';
import { enterOffence, OFFENCE_OF } from './offences.ts';
import { suspectedOrders } from './brushing.queries.ts';
import { insertPenalty, insertShares, standingOffences, suspected, type Share } from './penalties.queries.ts';

const DAY_MS = 86_400_000;

/** That reviews are fake, or that orders are, and what follows. */
export interface Decision {
  readonly id: string;
  readonly reviews: readonly FactKey[];
  readonly orders?: readonly FactKey[]; // whose reviews that still stand are voided with them
  readonly ground: VoidGround;
  readonly note: string; // for staff
  readonly statement: string; // for those concerned
  readonly decidedBy: string;
  readonly approvedBy: string | null;
  readonly measures: Measures | null; // null: the reviews are voided, and that is all
}

export interface Measures {
  readonly deductPoints: number | null; // of each author, or of the merchants of orders; null: what the ladder says
  readonly alsoSanctionMerchant: boolean;
}

/** What is decided about, once nobody else can change it. */
export interface Judged {
  readonly reviews: readonly ReviewFact[];
  readonly orders: readonly OrderState[];
}

/**
 * Carries a decision out in this transaction: everything of it, or nothing. The notes leave with it. `consider` may refuse, once
 * nobody else can change what is decided about, by that and the measures that the ladder asks for.
 */
export async function carryOut(
  tx: Tx,
  decision: Decision,
  moment: Moment,
  consider: (judged: Judged, taken: readonly NewSanction[]) => void = () => {},
): Promise<VoidReceipt> {
  const { id, ground, statement, decidedBy, approvedBy } = decision;
  const { orders, reviews } = await heldOf(tx, decision);
  const suspects = [...(await suspected(tx, reviews)), ...(await suspectedOrders(tx, orders))];
  const detected = new Set(suspects.map((each) => each.id));
  const authors = await holdDoubtsAbout(tx, reviews); // before the books: whoever decides a suspicion locks in this order
  const people = decision.measures && [decidedBy, approvedBy]; // who runs `credence void` decides over claims too
  await confirmSuspicions(tx, reviews, moment.now, decidedBy, people, orders);
  const voided: ReviewFact[] = [];
  const why = { ground, statement, voidedBy: decidedBy, detected };
  const what = { id, reviews, orders: { held: orders, ground: BRUSHING }, ...why };
  const receipt = await voidReviews(tx, what, moment, async (ledger, facts) => {
    voided.push(...facts);
    const judged = { reviews: facts, orders };
    const { measures } = decision;
    const taken = measures
      ? await measuresFor(tx, judged, { ...decision, measures }, moment.now, detected.size > 0)
      : [];
    consider(judged, taken);
    const takenBack = await settleAtOnce(tx, moment.now, facts, orders);
    return takenBack + (await takeMeasures(tx, ledger, taken, decision, moment));
  });
  await followProven(tx, authors, { now: moment.now, by: decidedBy });
  await insertPenalty(tx, rowOf(decision, { reviews: voided, orders }, moment.now, detected.size > 0));
  await leaveNotes(tx, moment.now, [
    ...voided.map((review) => voidedNote(review, ground, id)),
    ...orders.map((order) => orderVoidedNote(order, id)),
  ]);
  return receipt;
}

/**
 * With orders come their reviews that count or are held. Orders are held first, as by whoever takes events in: no review of theirs comes in
 * meanwhile.
 */
async function heldOf(tx: Tx, decision: Decision): Promise<{ orders: OrderState[]; reviews: readonly FactKey[] }> {
  const orders = await holdOrders(tx, decision.orders ?? []);
  refuseVoidedOrders(orders);
  const standing = (await reviewsAbout(tx, orders)).filter(({ status }) => status !== 'VOIDED');
  return { orders, reviews: [...decision.reviews, ...standing.map(({ merchantId, id }) => ({ merchantId, id }))] };
}

/**
 * What the ladder asks for against each author, and against the merchants if they are to answer too; of orders, against their merchants
 * alone, if they are to answer: whose account bought may know nothing of it. Writes nothing.
 */
async function measuresFor(
  tx: Tx,
  { reviews, orders }: Judged,
  decision: Decision & { readonly measures: Measures },
  now: number,
  isDetectedAutomatically: boolean,
): Promise<NewSanction[]> {
  const { ground, note, decidedBy, approvedBy, id, measures } = decision;
  const isBrushing = orders.length > 0;
  const authors = isBrushing ? [] : offendersAmong(reviews.map(authorOf), 'BUYER', ground);
  const judged = isBrushing ? orders : reviews;
  const merchants = measures.alsoSanctionMerchant
    ? offendersAmong(judged.map(merchantOf), 'MERCHANT', isBrushing ? BRUSHING : PAID_FOR_REVIEWS)
    : [];
  const common = {
    note,
    imposedBy: decidedBy,
    approvedBy,
    decisionId: id,
    isDetectedAutomatically,
    isDecidedAutomatically: false,
    territory: null,
  };
  const steps = await stepsFor(tx, now, [...authors, ...merchants]);
  const toldTheMerchant = isBrushing ? brushingStatement : merchantStatement;
  return steps.map((step) => {
    const isAuthor = step.offender.subjectKind === 'BUYER';
    const statement = isAuthor ? decision.statement : toldTheMerchant(countOf(step));
    const deducted = isAuthor || isBrushing ? measures.deductPoints : null;
    return costing(deducted, sanctionFrom(step, { ...common, statement }));
  });
}

const authorOf = ({ authorId }: ReviewFact): string => authorId;
const merchantOf = ({ merchantId }: FactKey): string => merchantId;

const countOf = ({ offender }: AskedStep): number => offender.offences[0]!.count;

/** A warning that costs points is a deduction, and a deduction of none is a warning. */
export function costing<Measure extends Pick<NewSanction, 'kind' | 'points'>>(
  points: number | null,
  sanction: Measure,
): Measure {
  if (points === null) return sanction;
  const isMild = sanction.kind === 'WARNING' || sanction.kind === 'POINTS_DEDUCTION';
  return { ...sanction, points, kind: isMild ? (points > 0 ? 'POINTS_DEDUCTION' : 'WARNING') : sanction.kind };
}

/** `subjectIds`: one for each review or order. */
function offendersAmong(subjectIds: readonly string[], subjectKind: 'BUYER' | 'MERCHANT', ground: string): Offender[] {
  const bySubject = Map.groupBy(subjectIds, (subjectId) => subjectId);
  return [...bySubject].map(([subjectId, own]) => ({
    subjectKind,
    subjectId,
    offences: [{ ground, count: own.length }],
  }));
}

/** Enters the offences in the open books and imposes the measures; how many points moved. */
async function takeMeasures(
  tx: Tx,
  ledger: Ledger,
  taken: readonly NewSanction[],
  decision: Decision,
  moment: Moment,
): Promise<number> {
  const { conduct } = await conductInForce(tx, moment.now);
  const countedSince = moment.now - conduct.strikeDays * DAY_MS;
  const shares = await sharesOf(tx, taken, decision, moment.now, countedSince);
  for (const share of shares) enterOffence(ledger, share);
  const { sanctions, pointsMoved } = await imposeSanctions(tx, { ...moment, ledger }, taken);
  const sanctionOf = new Map(sanctions.map(({ subjectId, id }) => [subjectId, id]));
  await insertShares(
    tx,
    shares.map((share) => ({ ...share, sanctionId: sanctionOf.get(share.subjectId) ?? null })),
  );
  return pointsMoved;
}

async function sharesOf(
  tx: Tx,
  taken: readonly NewSanction[],
  { id: penaltyId, ground, orders = [] }: Decision,
  decidedAt: number,
  countedSince: number,
): Promise<Share[]> {
  const subjectIds = taken.map(({ subjectId }) => subjectId);
  const earlier = Map.groupBy(await standingOffences(tx, subjectIds), ({ subjectId }) => subjectId);
  return taken.map(({ subjectId, subjectKind }): Share => {
    const isProven = orders.length === 0 && (subjectKind === 'MERCHANT' || FAKE_GROUNDS.includes(ground));
    const offence = isProven ? OFFENCE_OF[subjectKind] : null; // of brushing, the measure itself weighs on the grade
    const before = earlier.get(subjectId) ?? [];
    const offenceRank =
      offence === null ? 0 : before.filter((each) => each.offence === offence && each.decidedAt >= countedSince).length;
    return { subjectId, penaltyId, subjectKind, offence, offenceRank, sanctionId: null, decidedAt, countedSince };
  });
}

const rowOf = (decision: Decision, { reviews, orders }: Judged, now: number, isDetectedAutomatically: boolean) => ({
  id: decision.id,
  ground: decision.ground,
  note: decision.note,
  statement: decision.statement,
  reviews: reviews.length,
  orders: orders.length,
  hasMeasures: orders.length > 0 ? (decision.measures?.alsoSanctionMerchant ?? false) : decision.measures !== null,
  deductPoints: decision.measures?.deductPoints ?? null,
  isMerchantSanctioned: decision.measures?.alsoSanctionMerchant ?? false,
  isDetectedAutomatically,
  isDecidedAutomatically: false,
  decidedBy: decision.decidedBy,
  approvedBy: decision.approvedBy,
  decidedAt: new Date(now),
});
