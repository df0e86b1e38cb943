import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { foldingsAt } from '../grades/foldings.ts';
import { checkedNote } from '../kernel/note.ts';
import { globalId } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { holdOrders } from '../orders/void-orders.ts';
import type { VoidGround } from '../reviews/review.ts';
import type { VoidReceipt } from '../reviews/void.commands.ts';
import { proposable, type Proposable, type Proposed } from '../sanctions/approval.ts';
import { conductInForce } from '../sanctions/conduct.loaders.ts';
import type { Conduct } from '../sanctions/conduct.ts';
import type { NewSanction } from '../sanctions/impose.commands.ts';
import { needsSecondPerson } from '../sanctions/ladder.ts';
import { reviewsOfOrders } from './brushing.queries.ts';
import { carryOut, type Decision, type Judged } from './carry-out.ts';
import { lockReviews, openProposalsAbout } from './penalties.queries.ts';
import { checkedPenalty, refuseOwnFacts, type CheckedPenalty } from './penalty-checks.ts';

export interface PenalizeFakeReviews {
  readonly reviewIds: readonly string[]; // as the API gave them
  readonly ground: VoidGround;
  readonly note: string;
  readonly statement?: string | null;
  readonly deductPoints?: number | null;
  readonly alsoSanctionMerchant?: boolean | null;
  readonly idempotencyKey: string;
}

/** What came of it: it was done, or left for another person to agree to. */
export type Penalized = { readonly penaltyId: string } | { readonly proposalId: string };

/** Voids reviews with all that follows, in one transaction; or proposes it, where one person may not decide alone. */
export async function penalizeFakeReviews(call: Call, input: PenalizeFakeReviews): Promise<Penalized> {
  const note = checkedNote(input.note);
  const penalty = checkedPenalty(input);
  const answer: Answering = (work) =>
    inTransaction(call.db.pool, (tx) => once(tx, call, 'penalizeFakeReviews', input, () => work(tx)));
  return penalize(call, answer, note, proposal, async () => penalty);
}

/** Does the work in a transaction, once for its key. */
export type Answering = (work: (tx: Tx) => Promise<Penalized>) => Promise<Penalized>;

/**
 * Carries a penalty out, or proposes it. `check` says what is asked for, by what the transaction sees, and refuses what may not be; a
 * proposal is left once nobody else can leave one about the same.
 */
export async function penalize(
  call: Call,
  answer: Answering,
  note: string,
  proposed: Proposable<CheckedPenalty>,
  check: (tx: Tx) => Promise<CheckedPenalty>,
): Promise<Penalized> {
  try {
    return await answer(async (tx) => {
      const penalty = await check(tx);
      await refuseProposed(tx, penalty);
      const { id } = await decide(tx, call, penalty, { note, decidedBy: call.actor.name, approvedBy: null });
      return { penaltyId: id };
    });
  } catch (error) {
    if (!(error instanceof SecondPersonNeeded)) throw error;
    return answer(async (tx) => {
      const penalty = await check(tx);
      await lockReviews(tx, penalty.reviews);
      await holdOrders(tx, penalty.orders ?? []);
      await refuseProposed(tx, penalty);
      const summary = `${summaryOf(penalty)} For two to decide: ${error.why}.`;
      return { proposalId: await proposed.propose(tx, call, { input: penalty, summary, note }) };
    });
  }
}

/** Once a review is voided, a proposal about it would wait in vain, and whoever is to agree to that would have been passed by. */
async function refuseProposed(tx: Tx, { reviews, orders = [] }: CheckedPenalty): Promise<void> {
  const ofOrders = await reviewsOfOrders(tx, orders);
  const [open] = [
    ...(await openProposalsAbout(tx, ACTIONS.reviews, 'reviews', [...reviews, ...ofOrders])),
    ...(await openProposalsAbout(tx, ACTIONS.orders, 'orders', orders)),
  ];
  if (!open) return;
  throw new Refusal(
    'CONFLICT',
    'PENALTY_PROPOSED',
    `What ${open.proposedBy} proposed about one of these ${orders.length > 0 ? 'orders' : 'reviews'} awaits a second person: agree to it, or reject it first.`,
    [orders.length > 0 ? 'orderIds' : 'reviewIds'],
  );
}

/** It was all undone: one person may not decide it alone. */
class SecondPersonNeeded extends Error {
  readonly why: string;

  constructor(why: string) {
    super(why);
    this.why = why;
  }
}

const ACTIONS = { reviews: 'PENALIZE_FAKE_REVIEWS', orders: 'PENALIZE_BRUSHING' } as const;

const agreed = async (tx: Tx, call: Call, { input, proposedBy, note }: Proposed<CheckedPenalty>): Promise<string[]> => {
  const { id } = await decide(tx, call, input, { note, decidedBy: proposedBy, approvedBy: call.actor.name });
  return [globalId('Penalty', id)];
};
const proposal = proposable<CheckedPenalty>(ACTIONS.reviews, agreed, ({ reviews, ...asked }) => ({
  reviewIds: reviews.map(({ merchantId, id }) => globalId('Review', merchantId, id)),
  ...asked,
}));
export const brushingProposal = proposable<CheckedPenalty>(ACTIONS.orders, agreed, ({ orders = [], ...asked }) => ({
  orderIds: orders.map(({ merchantId, id }) => globalId('Order', merchantId, id)),
  statement: asked.statement,
  deductPoints: asked.deductPoints,
  alsoSanctionMerchant: asked.alsoSanctionMerchant,
}));

const summaryOf = (penalty: CheckedPenalty): string => {
  const { reviews, orders = [], ground, deductPoints, alsoSanctionMerchant } = penalty;
  const cost = (whom: string): string => (deductPoints === null ? '.' : `, ${deductPoints} points from ${whom}.`);
  if (orders.length > 0)
    return `Voids ${orders.length === 1 ? 'an order' : `${orders.length} orders`} with their reviews (BRUSHING)${
      alsoSanctionMerchant ? ` and sanctions their merchants${cost('each merchant')}` : '.'
    }`;
  const voids = `Voids ${reviews.length === 1 ? 'a review' : `${reviews.length} reviews`} (${ground})`;
  return `${voids} and sanctions their authors${alsoSanctionMerchant ? ' and merchants' : ''}${cost('each author')}`;
};

type Deciders = Pick<Decision, 'note' | 'decidedBy' | 'approvedBy'>;

async function decide(tx: Tx, call: Call, penalty: CheckedPenalty, deciders: Deciders): Promise<VoidReceipt> {
  const { now } = call;
  const { conduct } = await conductInForce(tx, now);
  const decision = decisionFrom(penalty, deciders, now);
  const refuse = (judged: Judged, taken: readonly NewSanction[]): void => {
    refuseOwnFacts(call.actor, judged);
    const why = deciders.approvedBy === null ? graveBecause(conduct, judged, taken) : null;
    if (why !== null) throw new SecondPersonNeeded(why);
  };
  return carryOut(tx, decision, { now, foldings: await foldingsAt(now)(tx) }, refuse);
}

const decisionFrom = (penalty: CheckedPenalty, deciders: Deciders, now: number): Decision => ({
  ...deciders,
  id: newId(now),
  reviews: penalty.reviews,
  orders: penalty.orders ?? [],
  ground: penalty.ground,
  statement: penalty.statement,
  measures: { deductPoints: penalty.deductPoints, alsoSanctionMerchant: penalty.alsoSanctionMerchant },
});

/** Why one person may not decide it; null where one may. Points are those of the whole decision. */
function graveBecause(conduct: Conduct, { reviews, orders }: Judged, taken: readonly NewSanction[]): string | null {
  const { reviewsAbove, pointsAbove } = conduct.secondPerson;
  const points = taken.reduce((sum, sanction) => sum + sanction.points, 0);
  const grave = taken.find((sanction) => needsSecondPerson(conduct, sanction));
  for (const [count, what] of [
    [orders.length, 'orders'],
    [reviews.length, 'reviews'],
  ] as const)
    if (count > reviewsAbove) return `${count} ${what}, and one person decides about ${reviewsAbove} at most`;
  if (points > pointsAbove) return `${points} points in all, and one person deducts ${pointsAbove} at most`;
  return grave ? `one person does not impose a ${grave.kind}` : null;
}

export type PreviewPenalty = Omit<PenalizeFakeReviews, 'note' | 'statement' | 'idempotencyKey'>;

/** What a penalty would change, by doing it and undoing all of it: nothing is written and no note leaves. */
export const previewPenalty = (call: Call, input: PreviewPenalty): Promise<VoidReceipt> =>
  preview(call, async () => checkedPenalty(input));

export async function preview(call: Call, check: (tx: Tx) => Promise<CheckedPenalty>): Promise<VoidReceipt> {
  const { now } = call;
  try {
    return await inTransaction(call.db.pool, async (tx) => {
      const by = { note: '', decidedBy: call.actor.name, approvedBy: null };
      const decision = decisionFrom(await check(tx), by, now);
      throw new Undone(await carryOut(tx, decision, { now, foldings: await foldingsAt(now)(tx) }));
    });
  } catch (error) {
    if (error instanceof Undone) return error.receipt;
    throw error;
  }
}

class Undone extends Error {
  readonly receipt: VoidReceipt;

  constructor(receipt: VoidReceipt) {
    super('it was a trial');
    this.receipt = receipt;
  }
}
