import type { Call } from '../access/call.ts';
import { buyerById } from '../buyers/buyers.loaders.ts';
import type { BuyerRow } from '../buyers/buyers.schema.ts';
import type { EvidenceFact } from '../detection/evidence.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import type { MerchantRow } from '../merchants/merchants.schema.ts';
import { orderById } from '../orders/orders.loaders.ts';
import type { OrderRow } from '../orders/orders.schema.ts';
import type { Review } from '../reviews/review.ts';
import { reviewById } from '../reviews/reviews.loaders.ts';

export type FactRow = (Review & { readonly __typename: 'Review' }) | OrderRow | BuyerRow | MerchantRow;

/** What a ground rests on: of it what the caller may see. People by their ids: who judges needs no names. */
export const factsBehind = async (call: Call, facts: readonly EvidenceFact[]): Promise<FactRow[]> =>
  (await Promise.all(facts.map((fact) => factRow(call, fact)))).filter((row) => row !== null);

async function factRow(call: Call, { type, ids: [first, second] }: EvidenceFact): Promise<FactRow | null> {
  if (first === undefined) return null;
  switch (type) {
    case 'Buyer': {
      const buyer = await buyerById(call, first);
      return buyer && { ...buyer, name: null };
    }
    case 'Merchant':
      return merchantById(call, first);
    case 'Order':
      return second === undefined ? null : orderById(call, [first, second]);
    case 'Review': {
      const review = second === undefined ? null : await reviewById(call, first, second);
      return review && { ...review, __typename: 'Review' as const };
    }
  }
}
