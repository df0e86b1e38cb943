import { readFileSync } from 'node:fs';
import { compilePolicy, type CompiledPolicy } from '../scoring/compiled.ts';
import { parsePolicy } from '../scoring/parse-policy.ts';
import { learntTable } from './injected.ts';
import { DEFAULT_LLRS } from '../detection/llr-default.ts';
import type { LlrTable } from '../detection/llr.ts';
import { readLabels, readNetwork } from '../evaluate/network.ts';
import { demoEvents, demoTruth } from '../demo/demo.ts';
import { actsOf, type Act } from './history.ts';
import { marketOf, type Deal } from './market.ts';
import { reviewColumnsOf, Names } from './market-columns.ts';

/** What a subject did besides being reviewed: an order's outcome. */
export interface Deed {
  readonly subject: number;
  readonly counterparty: number;
  readonly at: number;
  readonly kind: string; // key of a merchant's posting kind
  readonly amount: number;
}

/** Where attacks are tried: an honest history, the rule that scores it and the weights that doubt it. */
export interface World {
  readonly name: string;
  readonly acts: readonly Act[];
  readonly deeds: readonly Deed[];
  readonly costsPurchase: boolean; // a review needs a delivered order
  readonly prices: ReadonlyMap<number, number>; // of a subject's cheapest order, minor units
  readonly subjectCount: number;
  readonly reviewerCount: number;
  readonly now: number;
  readonly policy: CompiledPolicy;
  readonly table: LlrTable;
  /** Subjects that are known to be fraudulent, where a network has labels; null: nobody is known. */
  readonly scammers: ReadonlySet<number> | null;
  readonly targets: number; // that an attack is tried on at most, a direction: what it needs is their median
}

const DEFAULT = new URL('../grades/presets/default-merchant.json', import.meta.url);
export const defaultPolicy = (): CompiledPolicy =>
  compilePolicy(parsePolicy(JSON.parse(readFileSync(DEFAULT, 'utf8'))));

const countOf = (acts: readonly Act[], key: 'subject' | 'reviewer'): number =>
  acts.reduce((most, act) => Math.max(most, act[key]), -1) + 1;

/** Of a network's ratings, those that an attacker finds: it strikes while the network is alive, and not years after. */
const SHARE_BEFORE = 0.6;

/** A rating network from its file: ratings cost nothing. */
export function networkWorld(text: string, labels: string | null): World {
  const ratings = readNetwork(text, 'network');
  const known = labels === null ? null : readLabels(labels, 'labels');
  const acts = actsOf(ratings, known ?? undefined).slice(0, Math.ceil(SHARE_BEFORE * ratings.length));
  return {
    name: 'network',
    acts,
    deeds: [],
    costsPurchase: false,
    prices: new Map(),
    subjectCount: countOf(acts, 'subject'),
    reviewerCount: countOf(acts, 'reviewer'),
    now: acts.at(-1)!.at,
    policy: defaultPolicy(),
    table: learntTable(acts),
    scammers: known && new Set(acts.flatMap(({ subject }, i) => (known.get(ratings[i]!.to) ? [subject] : []))),
    targets: 14,
  };
}

/** The demo's market, its own schemes among the rest: every review costs an order. */
export function marketWorld(seed: number, until: number, scale: number): World {
  const market = marketOf(demoEvents({ seed, until, scale }));
  const staged = new Set(demoTruth({ seed, until, scale }).campaigns.flatMap(({ reviews }) => reviews));
  const { reviewed, columns, reviewers, subjects } = reviewColumnsOf(market);
  const buyers = new Names();
  const merchants = new Names();
  for (const name of reviewers) buyers.of(name);
  for (const name of subjects) merchants.of(name);
  const deeds = market.deals.flatMap((deal) => deedsOf(deal, merchants.of(deal.merchant), buyers.of(deal.buyer)));
  const prices = new Map<number, number>();
  for (const { merchant, amount } of market.deals) {
    const subject = merchants.of(merchant);
    prices.set(subject, Math.min(amount, prices.get(subject) ?? amount));
  }
  const acts = reviewed.map(({ review }, row): Act => {
    const [reviewer, subject] = [columns.reviewers[row]!, columns.subjects[row]!];
    return {
      reviewer,
      subject,
      at: review!.at,
      valence: columns.valences[row]!,
      mark: staged.has(review!.id) ? 'LABELLED' : 'HONEST',
      wentWell: columns.wentWell[row] === 1,
    };
  });
  return {
    name: 'market',
    acts,
    deeds,
    costsPurchase: true,
    prices,
    subjectCount: merchants.names.length,
    reviewerCount: buyers.names.length,
    now: until,
    policy: defaultPolicy(),
    table: DEFAULT_LLRS,
    scammers: null,
    targets: Number.POSITIVE_INFINITY,
  };
}

/** What an order means for its merchant, by the outcome: see orders/ for the whole of it. */
function deedsOf(deal: Deal, subject: number, counterparty: number): Deed[] {
  const deed = (kind: string, at: number): Deed => ({ subject, counterparty, at, kind, amount: deal.amount });
  const deeds: Deed[] = [];
  if (deal.isCancelledBySeller) deeds.push(deed('CANCELLED_BY_SELLER', deal.cancelledAt!));
  if (deal.shippedAt !== null && deal.shippedAt > deal.shipBy) deeds.push(deed('LATE_HANDOVER', deal.shippedAt));
  if (deal.isLost) deeds.push(deed('DISPUTE_LOST', deal.deliveredAt ?? deal.placedAt));
  if (deal.deliveredAt === null) return deeds;
  const isLate = deal.deliveredAt > deal.deliverBy;
  const kind = deal.isLost || deal.refunded >= deal.amount ? 'ORDER_COMPLAINED' : 'ORDER_DELIVERED';
  return [...deeds, deed(isLate ? 'LATE_DELIVERY' : kind, deal.deliveredAt)];
}
