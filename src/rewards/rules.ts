import type { Band } from '../scoring/levels.ts';
import type { Condition } from '../scoring/policy.ts';

/** Who can have points. */
export const PAYEES = ['MERCHANT', 'BUYER'] as const;
export type Payee = (typeof PAYEES)[number];

/** What can earn points, for whom, and what a rule about it must say. What events mean is told in README.md. */
export const EARNING_EVENTS = {
  ORDER_KEPT: { payees: ['BUYER'], needs: [] },
  ORDER_DELIVERED: { payees: ['MERCHANT'], needs: [] },
  REVIEW_WITH_TEXT: { payees: ['BUYER'], needs: ['characters', 'verification'] },
  QUICK_REPLY: { payees: ['MERCHANT'], needs: ['hours'] },
  ON_TIME_STREAK: { payees: ['MERCHANT'], needs: ['orders'] },
  COMPLAINT_SETTLED: { payees: ['MERCHANT', 'BUYER'], needs: [] },
} as const satisfies Record<string, { payees: readonly Payee[]; needs: readonly RuleField[] }>;
export type EarningEvent = keyof typeof EARNING_EVENTS;
export type RuleField = 'characters' | 'verification' | 'hours' | 'orders';

/** What can cost points, and whom. */
export const PENALTY_EVENTS = {
  DISPUTE_LOST: 'MERCHANT',
  CANCELLED_BY_SELLER: 'MERCHANT',
  LATE_HANDOVER: 'MERCHANT',
  QUALIFICATION_EXPIRED: 'MERCHANT',
  UNFOUNDED_CLAIM: 'BUYER',
  CHARGEBACK_LOST: 'BUYER',
  UNPAID_ORDER: 'BUYER',
  LATE_PAYMENT: 'BUYER',
} as const satisfies Record<string, Payee>;
export type PenaltyEvent = keyof typeof PENALTY_EVENTS;

export interface Wording {
  readonly en: string;
  readonly 'zh-CN': string;
}

export const VERIFIED = ['ORDER_MATCHED', 'PAID', 'DELIVERED', 'KEPT'] as const;

export interface EarningRule {
  readonly key: string; // of one rule through all versions: a fact gives a subject points by it once
  readonly event: EarningEvent;
  readonly to: Payee;
  readonly points: number;
  readonly characters: number; // REVIEW_WITH_TEXT: as people count them
  readonly verification: (typeof VERIFIED)[number]; // REVIEW_WITH_TEXT: at least this
  readonly hours: number; // QUICK_REPLY: within so many hours after the review
  readonly orders: number; // ON_TIME_STREAK: so many hand-overs in a row
  readonly pendingDays: number; // until the return window ends they are pending; 0: they count at once
  readonly expiresDays: number | null; // after they began to count, to the end of that UTC day; null: never
  readonly mostADay: number | null; // points of this rule in a UTC day
  readonly mostACounterparty: { readonly points: number; readonly days: number } | null;
  readonly texts: Wording;
}

export interface PenaltyRule {
  readonly key: string;
  readonly event: PenaltyEvent;
  readonly points: number; // that it costs
  readonly texts: Wording;
}

/** For a time some rules, or all, give more. Of several the one that gives most applies. */
export interface Campaign {
  readonly key: string;
  readonly from: number; // ms since 1970
  readonly until: number; // exclusive
  readonly factor: number; // 1 to 100, two decimals at most
  readonly rules: readonly string[] | null; // null: all
  readonly texts: Wording;
}

/** What of a grade and of a balance together gives a privilege. */
export interface Way {
  readonly level: Band | null; // at least
  readonly points: number | null; // at least, of the balance
}

export interface PrivilegeRule {
  readonly key: string;
  readonly for: readonly Payee[];
  readonly anyOf: readonly Way[];
  readonly graceDays: number; // that it is left after nothing gives it any more
  readonly withdrawnWhile: readonly Condition[]; // it is not there at all, and there is no grace
  readonly texts: Wording;
}

export interface Redeeming {
  readonly minimum: number; // points at once
  readonly step: number; // points come in multiples of it
  readonly currency: string; // where none is named
  /** So many points are worth that amount, in minor units. */
  readonly currencies: Readonly<Record<string, { readonly points: number; readonly amount: number }>>;
}

/** The rules of points: versioned data, pure JSON. */
export interface Rewards {
  readonly earning: readonly EarningRule[];
  readonly mostADay: Readonly<Record<Payee, number | null>>; // points that all rules together give in a UTC day
  readonly multipliers: Readonly<Record<Payee, Readonly<Partial<Record<Band, number>>>>>; // 1 for who is not named
  readonly campaigns: readonly Campaign[];
  readonly penalties: readonly PenaltyRule[];
  readonly redeeming: Redeeming;
  readonly privileges: readonly PrivilegeRule[];
  readonly sources: Readonly<Record<string, string>>;
}

export interface RewardsVersion {
  readonly version: number;
  readonly activeFrom: number; // ms since 1970
  readonly rewards: Rewards;
}
