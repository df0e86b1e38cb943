import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { foldingsAt } from '../grades/foldings.ts';
import { checkedNote } from '../kernel/note.ts';
import { globalId } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import type { VoidGround } from '../reviews/review.ts';
import type { VoidReceipt } from '../reviews/void.commands.ts';
import { proposable } from '../sanctions/approval.ts';
import { conductInForce } from '../sanctions/conduct.loaders.ts';
import type { Conduct } from '../sanctions/conduct.ts';
import type { NewSanction } from '../sanctions/impose.commands.ts';
import { needsSecondPerson } from '../sanctions/ladder.ts';
import { carryOut, type Decision } from './carry-out.ts';
import { lockReviews, openProposalsAbout } from './penalties.queries.ts';
import { checkedPenalty, refuseOwnCase, type CheckedPenalty } from './penalty-checks.ts';

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
  const answer = (work: (tx: Tx) => Promise<Penalized>) =>
    inTransaction(call.db.pool, (tx) => once(tx, call, 'penalizeFakeReviews', input, () => work(tx)));
  try {
    return await answer(async (tx) => {
      await refuseProposed(tx, penalty);
      const { id } = await decide(tx, call, penalty, { note, decidedBy: call.actor.name, approvedBy: null });
      return { penaltyId: id };
    });
  } catch (error) {
    if (!(error instanceof SecondPersonNeeded)) throw error;
    const summary = `${summaryOf(penalty)} For two to decide: ${error.why}.`;
    return answer(async (tx) => {
      await lockReviews(tx, penalty.reviews);
      await refuseProposed(tx, penalty);
      return { proposalId: await proposal.propose(tx, call, { input: penalty, summary, note }) };
    });
  }
}

const ACTION = 'PENALIZE_FAKE_REVIEWS';

/** Once a review is voided, a proposal about it would wait in vain, and whoever is to agree to that would have been passed by. */
async function refuseProposed(tx: Tx, { reviews }: CheckedPenalty): Promise<void> {
  const [open] = await openProposalsAbout(tx, ACTION, reviews);
  if (!open) return;
  throw new Refusal(
    'CONFLICT',
    'PENALTY_PROPOSED',
    `What ${open.proposedBy} proposed about one of these reviews awaits a second person: agree to it, or reject it first.`,
    ['reviewIds'],
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

const proposal = proposable<CheckedPenalty>(
  ACTION,
  async (tx, call, { input, proposedBy, note }) => {
    const { id } = await decide(tx, call, input, { note, decidedBy: proposedBy, approvedBy: call.actor.name });
    return [globalId('Penalty', id)];
  },
  ({ reviews, ...asked }) => ({
    reviewIds: reviews.map(({ merchantId, id }) => globalId('Review', merchantId, id)),
    ...asked,
  }),
);

const summaryOf = ({ reviews, ground, deductPoints, alsoSanctionMerchant }: CheckedPenalty): string =>
  [
    `Voids ${reviews.length === 1 ? 'a review' : `${reviews.length} reviews`} (${ground}) and sanctions their authors`,
    alsoSanctionMerchant ? ' and merchants' : '',
    deductPoints === null ? '.' : `, ${deductPoints} points from each author.`,
  ].join('');

type Deciders = Pick<Decision, 'note' | 'decidedBy' | 'approvedBy'>;

async function decide(tx: Tx, call: Call, penalty: CheckedPenalty, deciders: Deciders): Promise<VoidReceipt> {
  const { now } = call;
  const { conduct } = await conductInForce(tx, now);
  const decision = decisionFrom(penalty, deciders, now);
  const refuse = (reviews: readonly ReviewFact[], taken: readonly NewSanction[]): void => {
    refuseOwnCase(call.actor, reviews);
    const why = deciders.approvedBy === null ? graveBecause(conduct, reviews.length, taken) : null;
    if (why !== null) throw new SecondPersonNeeded(why);
  };
  return carryOut(tx, decision, { now, foldings: await foldingsAt(now)(tx) }, refuse);
}

const decisionFrom = (penalty: CheckedPenalty, deciders: Deciders, now: number): Decision => ({
  ...deciders,
  id: newId(now),
  reviews: penalty.reviews,
  ground: penalty.ground,
  statement: penalty.statement,
  measures: { deductPoints: penalty.deductPoints, alsoSanctionMerchant: penalty.alsoSanctionMerchant },
});

/** Why one person may not decide it; null where one may. Points are those of the whole decision. */
function graveBecause(conduct: Conduct, reviews: number, taken: readonly NewSanction[]): string | null {
  const { reviewsAbove, pointsAbove } = conduct.secondPerson;
  const points = taken.reduce((sum, sanction) => sum + sanction.points, 0);
  const grave = taken.find((sanction) => needsSecondPerson(conduct, sanction));
  if (reviews > reviewsAbove) return `${reviews} reviews, and one person decides about ${reviewsAbove} at most`;
  if (points > pointsAbove) return `${points} points in all, and one person deducts ${pointsAbove} at most`;
  return grave ? `one person does not impose a ${grave.kind}` : null;
}

export type PreviewPenalty = Omit<PenalizeFakeReviews, 'note' | 'statement' | 'idempotencyKey'>;

/** What a penalty would change, by doing it and undoing all of it: nothing is written and no note leaves. */
export async function previewPenalty(call: Call, input: PreviewPenalty): Promise<VoidReceipt> {
  const penalty = checkedPenalty(input);
  const { now } = call;
  const decision = decisionFrom(penalty, { note: '', decidedBy: call.actor.name, approvedBy: null }, now);
  try {
    return await inTransaction(call.db.pool, async (tx) => {
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
