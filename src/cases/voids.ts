import { isHouse } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import type { OrderVoidRow } from '../orders/void-orders.ts';
import { noticedIn } from '../reviews/reports.loaders.ts';
import { reviewById } from '../reviews/reviews.loaders.ts';
import type { VoidRow } from '../reviews/reviews.loaders.ts';
import { conductWhen } from '../sanctions/conduct.loaders.ts';
import { basisOf, type StatementOfReasons, type Wording } from '../sanctions/statement.ts';
import type { Penalty } from './penalty.ts';
import { penaltyById } from './penalties.loaders.ts';

const DAY_MS = 86_400_000;

const EFFECT: Wording = {
  en: 'The review counts towards no rating and no grade. It stays on record, marked with the reason.',
  'zh-CN': '该评价不计入评分和等级，保留记录并注明原因。',
};

/** Why a review was voided, for those whom it concerns; null for others. */
export async function statementOnVoid(call: Call, row: VoidRow): Promise<StatementOfReasons | null> {
  const review = await reviewById(call, row.merchantId, row.reviewId);
  const own = call.actor.subject?.id;
  const isConcerned = isHouse(call.actor) || (own != null && (own === review?.authorId || own === row.merchantId));
  if (!isConcerned) return null;
  const isNoticed = (await noticedIn(call, row.decisionId)).some(({ reviewId }) => reviewId === row.reviewId);
  return statementFor(call, row, { origin: isNoticed ? 'NOTICE' : 'OWN_INITIATIVE', effect: EFFECT });
}

/** What a void of anything is told by to those whom it concerns, under the rules of conduct of its day. */
export async function statementFor(
  call: Call,
  row: Pick<OrderVoidRow, 'ground' | 'statement' | 'isDetected' | 'isAutomatic' | 'at'>,
  { origin, effect }: Pick<StatementOfReasons, 'origin' | 'effect'>,
): Promise<StatementOfReasons> {
  const { ground, statement, isDetected, isAutomatic, at } = row;
  const { version, conduct } = await conductWhen(call, at.getTime());
  const rule = conduct.grounds[ground];
  return {
    ground,
    basis: basisOf(ground),
    groundText: rule?.texts ?? { en: ground, 'zh-CN': ground },
    conductVersion: rule ? version : null,
    facts: statement,
    origin,
    automatedDetection: isDetected,
    automatedDecision: isAutomatic,
    restricts: ['VISIBILITY'],
    effect,
    territory: null,
    startsAt: at,
    endsAt: null,
    appealUntil: new Date(at.getTime() + conduct.appealDays * DAY_MS),
  };
}

/** What the public is told: that it does not count, and why. */
export async function noticeOf(call: Call, row: VoidRow): Promise<Wording> {
  const { conduct } = await conductWhen(call, row.at.getTime());
  const texts = conduct.grounds[row.ground]?.texts ?? { en: row.ground, 'zh-CN': row.ground };
  return { en: `Not counted. ${texts.en}.`, 'zh-CN': `不计入评分：${texts['zh-CN']}。` };
}

export const penaltyOfVoid = (call: Call, { decisionId }: VoidRow): Promise<Penalty | null> =>
  penaltyById(call, decisionId);
