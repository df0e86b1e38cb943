import type { CompiledPolicy } from './compiled.ts';
import { term } from './decay.ts';
import { toUnits } from './fixed.ts';
import { scoreOf, type Balance } from './grade.ts';
import { kindOf } from './kinds.ts';
import type { Level } from './levels.ts';

const DAY = 86_400_000;
const STEP = DAY / 4;
/** Of steady trade, long enough for a standing to stand still. */
const YEARS = 15;
const REVIEWED = 0.6; // of the orders
/** A new reviewer's word after a purchase: a rel of 0.8, no experience yet. */
const NEW_REVIEWER = { reliability: toUnits(0.8), experience: 0 };

/** A shop in a steady state, and what a policy makes of it. */
export interface SteadyShop {
  readonly ordersADay: number;
  readonly late: number; // share of its deliveries
  readonly oneStar: number; // share of its reviews; the others have five stars
}

/** The shops that a shopper must find plausibly graded. */
export const STEADY_SHOPS: readonly SteadyShop[] = [
  { late: 0.02, oneStar: 0.02 },
  { late: 0.02, oneStar: 0.1 },
  { late: 0.02, oneStar: 0.4 },
  { late: 0.07, oneStar: 0.1 },
  { late: 0.2, oneStar: 0.02 },
  { late: 0.2, oneStar: 0.4 },
].flatMap((shop) => [0.1, 1, 10].map((ordersADay) => ({ ...shop, ordersADay })));

export interface PlausibleGrade extends SteadyShop {
  readonly score: number; // exact
  readonly lowScore: number;
  readonly level: Level;
}

/** What a merchant policy makes of steady shops: gates open, reviewers new. `at`: any instant; it makes no difference. */
export function commonSense(policy: CompiledPolicy, at: number): readonly PlausibleGrade[] {
  const steady = Object.fromEntries(
    ['ORDER_DELIVERED', 'LATE_DELIVERY', 'REVIEW_5', 'REVIEW_1'].map((key) => [key, steadily(policy, key, at)]),
  );
  return STEADY_SHOPS.map((shop) => {
    const daily = {
      ORDER_DELIVERED: 1 - shop.late,
      LATE_DELIVERY: shop.late,
      REVIEW_5: REVIEWED * (1 - shop.oneStar),
      REVIEW_1: REVIEWED * shop.oneStar,
    };
    const terms = policy.rules.map(
      ({ kind }) => shop.ordersADay * (daily[kind.key as keyof typeof daily] ?? 0) * (steady[kind.key] ?? 0),
    );
    const { exactScore, lowScore, level } = scoreOf(policy, established(policy, terms, at), at);
    return { ...shop, score: exactScore, lowScore, level };
  });
}

/** The accumulator of one posting of this kind a day, every quarter of it a quarter. */
function steadily(policy: CompiledPolicy, key: string, at: number): number {
  const kind = kindOf('MERCHANT', key);
  const posting = {
    kind: kind.code,
    counterparty: null,
    amount: null,
    currency: null,
    reliability: null,
    experience: null,
    ...(kind.isReview && NEW_REVIEWER),
    isPurchase: true,
    pairRank: 0,
    isHeld: false,
    sign: 1,
  } as const;
  let sum = 0;
  for (let i = 0; i < YEARS * 365 * 4; i++)
    sum += Number(term({ ...posting, occurredAt: at - (i + 0.5) * STEP }, policy));
  return sum / 4;
}

/** As many deals, people and days as any gate may ask for. */
const established = ({ rules }: CompiledPolicy, terms: readonly number[], at: number): Balance => ({
  terms,
  counts: rules.map(({ kind }) => (kind.isDeal ? Number.MAX_SAFE_INTEGER / 100 : 0)),
  counterparties: Number.MAX_SAFE_INTEGER,
  firstDay: at - 1e15,
  lastDay: at,
});
