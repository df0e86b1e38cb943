import type { Call } from '../access/call.ts';
import { forgetLoaded, groupLoader, loader } from '../access/loader.ts';
import { globalId } from '../kernel/global-id.ts';
import { receiptFiled } from '../reviews/receipts.loaders.ts';
import { Review } from '../reviews/review.ts';
import type { ReceiptRow } from '../reviews/receipts.loaders.ts';
import type { FactKey } from '../reviews/void.commands.ts';
import { Proposal } from '../sanctions/proposal.ts';
import { Sanction } from '../sanctions/sanction.ts';
import type { Penalized } from './penalties.commands.ts';
import { placesOfPenalties, reviewsOfPenalty } from './penalties.queries.ts';
import { Penalty } from './penalty.ts';

/** Null for those who may not see it. */
export const penaltyById = loader(
  async ({ em }, ids: readonly string[]) =>
    (await em.find(Penalty, { id: [...ids] })).map((row) => Object.assign(row, { __typename: 'Penalty' as const })),
  ({ id }) => id,
);

/** The receipt of a penalty, as filed under one of its merchants. */
export async function receiptOfPenalty(call: Call, { id }: Penalty): Promise<ReceiptRow | null> {
  const place = await placeOf(call, id);
  return place && receiptFiled(call, place.merchantId, id);
}

const placeOf = loader(
  ({ sql }, ids: readonly string[]) => placesOfPenalties(sql, ids),
  ({ penaltyId }) => penaltyId,
);

export const sanctionsOfPenalty = (call: Call, { id }: Penalty): Promise<readonly Sanction[]> => sanctionsOf(call, id);

/** An author and a merchant a review at most. */
const sanctionsOf = groupLoader(
  ({ em }, ids: readonly string[]) =>
    em.find(Sanction, { decisionId: { $in: [...ids] } }, { orderBy: { id: 'asc' }, limit: 20_000 }),
  ({ decisionId }) => decisionId!,
);

export interface PenaltyAnswer {
  readonly reviews: readonly Review[];
  readonly receipt: ReceiptRow | null;
  readonly sanctions: readonly Sanction[];
  readonly penalty: Penalty | null;
  readonly proposal: Proposal | null;
}
export const NO_PENALTY: PenaltyAnswer = { reviews: [], receipt: null, sanctions: [], penalty: null, proposal: null };

/** What a caller is told of it. */
export async function answerTo(
  call: Call,
  made: Penalized,
  asked: readonly string[] | null, // the reviews that were named; null: it was about orders
): Promise<PenaltyAnswer> {
  forgetLoaded(call);
  if ('proposalId' in made)
    return { ...NO_PENALTY, proposal: await call.em.findOneOrFail(Proposal, { id: made.proposalId }) };
  const penalty = await call.em.findOneOrFail(Penalty, { id: made.penaltyId });
  const keys = await reviewsOfPenalty(call.sql, penalty.id);
  return {
    ...NO_PENALTY,
    penalty,
    reviews: inOrderOf(asked, keys.length > 0 ? await reviewsWith(call, keys) : []),
    receipt: await receiptOfPenalty(call, penalty),
    sanctions: await sanctionsOfPenalty(call, penalty),
  };
}

const reviewsWith = ({ em }: Call, keys: readonly FactKey[]): Promise<Review[]> =>
  em.find(Review, {
    merchantId: { $in: [...new Set(keys.map(({ merchantId }) => merchantId))] },
    id: { $in: keys.map(({ id }) => id) },
  });

function inOrderOf(asked: readonly string[] | null, reviews: readonly Review[]): readonly Review[] {
  if (asked === null) return reviews;
  const byId = new Map(reviews.map((review) => [globalId('Review', review.merchantId, review.id), review]));
  return [...new Set(asked)].flatMap((id) => byId.get(id) ?? []);
}
