import type { CompiledPolicy } from '../scoring/compiled.ts';
import { term } from '../scoring/decay.ts';
import { scoreOf, type Balance } from '../scoring/grade.ts';
import { kindOf, kindsOf, slotOf } from '../scoring/kinds.ts';
import type { Band } from '../scoring/levels.ts';
import { UNITS_PER_ONE } from '../scoring/fixed.ts';
import { NEW_REVIEWER, reliabilityOf } from '../scoring/reliability.ts';

const DAY = 86_400_000;
const REVIEWED = 0.6; // of orders, as honest buyers do

/**
 * What a bought order costs besides its own price, which comes back: yuan, our assumption. The cheap manner has crews behind a few
 * phones and sends nothing; `suspectMerchantOrders` finds it. The careful one leaves none of its signs: a parcel that travels, and
 * for each order an account with a phone, a card and an address of its own.
 */
export const YUAN_AN_ORDER = { commission: 6, parcel: 8, account: 25 } as const;
const CHEAP = YUAN_AN_ORDER.commission;
const CAREFUL = YUAN_AN_ORDER.commission + YUAN_AN_ORDER.parcel + YUAN_AN_ORDER.account;

export interface BrushingCost {
  readonly level: Band;
  readonly orders: number; // bought
  readonly days: number;
  readonly cost: number; // yuan, without detection
  readonly costDetected: number; // with it: the cheap manner no longer works
}

/** What a new shop must buy to reach each level, with nothing but bought orders, each by another account. */
export function brushingCosts(policy: CompiledPolicy): BrushingCost[] {
  return (['A', 'AA', 'AAA'] as const).map((level) => {
    const gate = policy.document.gates.find((each) => each.level === level);
    const days = gate?.tradingDays ?? 1;
    let orders = Math.max(gate?.counterparties ?? 1, policy.document.minimum.deals);
    while (orders < 1e6 && !reaches(policy, orders, days, level)) orders = Math.ceil(orders * 1.02);
    return { level, orders, days, cost: orders * CHEAP, costDetected: orders * CAREFUL };
  });
}

function reaches(policy: CompiledPolicy, orders: number, days: number, level: Band): boolean {
  const now = policy.epoch + 30 * 365 * DAY;
  const terms = kindsOf('MERCHANT').map(() => 0);
  const counts = kindsOf('MERCHANT').map(() => 0);
  const post = (key: string, at: number): void => {
    const kind = kindOf('MERCHANT', key);
    const slot = slotOf(kind.code);
    const reliability = kind.isReview ? Math.round(reliabilityOf(NEW_REVIEWER) * UNITS_PER_ONE) : null;
    const experience = kind.isReview ? 0 : null;
    terms[slot]! += Number(term({ ...BLANK, kind: kind.code, occurredAt: at, reliability, experience }, policy));
    counts[slot]!++;
  };
  for (let i = 0; i < orders; i++) {
    const at = now - Math.floor((days * DAY * i) / Math.max(1, orders - 1));
    post('ORDER_DELIVERED', at);
    if (Math.floor((i + 1) * REVIEWED) > Math.floor(i * REVIEWED)) post('REVIEW_5', at);
  }
  const balance: Balance = { terms, counts, counterparties: orders, firstDay: now - days * DAY, lastDay: now };
  const rank = (band: string): number => ['AAA', 'AA', 'A'].indexOf(band);
  const reached = rank(scoreOf(policy, balance, now).level);
  return reached >= 0 && reached <= rank(level);
}

const BLANK = {
  counterparty: null,
  amount: null,
  currency: null,
  isPurchase: true,
  pairRank: 0,
  isHeld: false,
  sign: 1,
} as const;
