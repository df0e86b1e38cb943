import type { Actor } from '../access/actor.ts';
import { refuseOwnCase } from '../access/own-case.ts';
import { idsOf } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isStorable } from '../kernel/text.ts';
import type { VoidGround } from '../reviews/review.ts';
import type { FactKey } from '../reviews/void.commands.ts';
import type { Judged } from './carry-out.ts';
import { PAYING_GROUNDS, statementOn } from './grounds.ts';

export const MOST_REVIEWS = 1_000;
const MOST_POINTS = 1_000_000;
const MOST_STATEMENT = 5_000; // characters; as the transparency database of the Digital Services Act takes facts

export interface AskedPenalty {
  readonly reviewIds: readonly string[];
  readonly ground: VoidGround;
  readonly statement?: string | null;
  readonly deductPoints?: number | null;
  readonly alsoSanctionMerchant?: boolean | null;
}

/** What was asked for, as far as it can be checked without looking at the reviews. */
export interface CheckedPenalty {
  readonly reviews: readonly FactKey[];
  readonly orders?: readonly FactKey[]; // where it is about orders; there are no reviews named then
  readonly ground: VoidGround;
  readonly statement: string;
  readonly deductPoints: number | null;
  readonly alsoSanctionMerchant: boolean;
}

export function checkedPenalty(asked: AskedPenalty): CheckedPenalty {
  const { reviewIds, ground, deductPoints = null, alsoSanctionMerchant } = asked;
  if (reviewIds.length === 0) throw refused('REVIEWS_MISSING', 'Name at least one review.', 'reviewIds');
  if (reviewIds.length > MOST_REVIEWS)
    throw refused(
      'TOO_MANY_IDS',
      `At most ${MOST_REVIEWS} reviews at once; these are ${reviewIds.length}.`,
      'reviewIds',
    );
  checkPoints(deductPoints);
  if (alsoSanctionMerchant && !PAYING_GROUNDS.includes(ground))
    throw refused(
      'MERCHANT_NOT_AT_FAULT',
      `On the ground ${ground} no merchant pays; on ${PAYING_GROUNDS.join(', ')} one may have.`,
      'alsoSanctionMerchant',
    );
  return {
    reviews: reviewIds.map((text, i) => {
      const [merchantId, id] = idsOf('Review', text, 'reviewIds', String(i));
      return { merchantId, id };
    }),
    ground,
    statement: asked.statement == null ? statementOn(ground) : checkedStatement(asked.statement),
    deductPoints,
    alsoSanctionMerchant: alsoSanctionMerchant ?? false,
  };
}

export function checkPoints(deductPoints: number | null): void {
  if (deductPoints !== null && (deductPoints < 0 || deductPoints > MOST_POINTS))
    throw refused('POINTS_OUT_OF_RANGE', `\`deductPoints\` is from 0 to ${MOST_POINTS}.`, 'deductPoints');
}

export function checkedStatement(text: string): string {
  const statement = text.trim();
  if (statement === '' || !isStorable(statement) || !statement.isWellFormed())
    throw refused('STATEMENT_INVALID', '`statement` is empty, or has a character that is none.', 'statement');
  if (statement.length > MOST_STATEMENT)
    throw refused('STATEMENT_TOO_LONG', `A statement has at most ${MOST_STATEMENT} characters.`, 'statement');
  return statement;
}

export const refused = (code: string, message: string, field: string) => new Refusal('INVALID', code, message, [field]);

/** Nobody judges what they wrote, bought or sold, or what is about them. */
export function refuseOwnFacts(actor: Actor, { reviews, orders }: Judged): void {
  const parties = orders.flatMap(({ buyerId, merchantId }) => [buyerId, merchantId]);
  refuseOwnCase(actor, parties, 'orderIds');
  const concerned = reviews.flatMap(({ authorId, merchantId }) => [authorId, merchantId]);
  refuseOwnCase(actor, concerned, 'reviewIds');
}
