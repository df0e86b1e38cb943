import type { SchemeName } from './buyers.ts';
import type { Market } from './market.ts';
import type { Numbered } from './telling.ts';

/** An attack, as only its author knows it. All ids are external. */
export interface Campaign {
  readonly name: SchemeName;
  /** Whom it serves; for SLANDER, whom it harms; for WHITEWASH, the old shop and then the new one. */
  readonly merchants: readonly string[];
  readonly buyers: readonly string[];
  readonly orders: readonly string[]; // those that were placed for it; none for ON_OFF, whose trade is real
  readonly reviews: readonly string[];
}

export interface DemoTruth {
  readonly campaigns: readonly Campaign[];
  /** How badly each merchant serves, 0 to 1, by external id; an oscillator's good side. */
  readonly trouble: ReadonlyMap<string, number>;
}

export function truthOf(market: Market, { orders, reviews }: Numbered): DemoTruth {
  const campaigns = Array.from(market.subjects, ([name, merchants]): Campaign => {
    const deals = market.deals.filter(({ scheme }) => scheme === name);
    return {
      name,
      merchants: merchants.map(({ externalId }) => externalId),
      buyers: market.crowd.of(name).map(({ externalId }) => externalId),
      orders: deals.map((deal) => orders.get(deal)!),
      reviews: deals.flatMap((deal) => reviews.get(deal) ?? []),
    };
  });
  return { campaigns, trouble: new Map(market.merchants.map(({ externalId, trouble }) => [externalId, trouble])) };
}
