import { newId } from '../kernel/ids.ts';
import { ratingId } from './apply.ts';
import type { MarketEvent } from './event.ts';
import type { HeldKeys, Place } from './keys.ts';
import type { Parties } from './parties.ts';

/** The orders that events name, with the place that a new one would get. */
export function wantedOrders(events: readonly MarketEvent[], parties: Parties, now: number): Map<string, Place | null> {
  const wanted = new Map<string, Place | null>();
  for (const event of events) {
    if (event.type === 'order.placed' && !wanted.get(event.order))
      wanted.set(event.order, { merchantId: parties.merchants.get(event.merchant)!, id: newId(now) });
    else if ('order' in event && event.order !== null && !wanted.has(event.order)) wanted.set(event.order, null);
  }
  return wanted;
}

/** The reviews that events name. Those whose order is not known wait for it and take no key yet. */
export function wantedReviews(
  events: readonly MarketEvent[],
  orders: HeldKeys,
  parties: Parties,
  now: number,
): Map<string, Place | null> {
  const wanted = new Map<string, Place | null>();
  for (const event of events) {
    if (event.type === 'review.retracted') {
      if (!wanted.has(event.review)) wanted.set(event.review, null);
    } else if (event.type === 'rating.given') {
      wanted.set(ratingId(event), { merchantId: parties.merchants.get(event.to)!, id: newId(now) });
    } else if (event.type === 'review.posted') {
      const merchantId =
        event.order === null ? parties.merchants.get(event.merchant ?? '') : merchantOfOrder(orders, event.order);
      if (merchantId !== undefined) wanted.set(event.review, { merchantId, id: newId(now) });
    }
  }
  return wanted;
}

const merchantOfOrder = ({ known, wanted }: HeldKeys, order: string): string | undefined =>
  known.get(order)?.merchantId ?? wanted.get(order)?.merchantId ?? undefined;
