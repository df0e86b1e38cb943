import type { Buyer } from './buyers.ts';
import { freshTraces, hireling } from './buyers.ts';
import { DAY, HOUR, timeOfDay } from './calendar.ts';
import type { Calendar } from './calendar.ts';
import type { Deal } from './deal.ts';
import type { Merchant } from './merchants.ts';
import type { Random } from './random.ts';
import { PART } from './roles.ts';
import { reviewText } from './text.ts';
import { byParcel, stagedDeal, stagedReview } from './scheme.ts';
import type { Scheme } from './scheme.ts';

const ACCOUNTS = 4;
const ORDERS_EACH = 4;

/**
 * A bad shop that closes and comes back under a new name. What ties the two together: the owner's few accounts, which buy a
 * little at both, from the same phone and with the same card.
 */
export const WHITEWASH: Scheme = {
  name: 'WHITEWASH',

  hires(random, calendar) {
    const traces = freshTraces(random);
    return Array.from({ length: ACCOUNTS }, (_, index) =>
      hireling(random, 'WHITEWASH', calendar.day(2 + index) + timeOfDay(random), 0, traces),
    );
  },

  subjects: (_, merchants) => [merchants[PART.whitewasherBefore]!, merchants[PART.whitewasherAfter]!],

  deals: (random, calendar, hired, shops) =>
    shops.flatMap((shop) => hired.flatMap((buyer) => ownOrders(random, calendar, shop, buyer))),
};

/** In a shop's first weeks, so that it does not look empty. */
function ownOrders(random: Random, calendar: Calendar, merchant: Merchant, buyer: Buyer): Deal[] {
  return Array.from({ length: ORDERS_EACH }, () => {
    const placedAt = calendar.day(merchant.opens + 6) + Math.floor(random.between(0, 40) * DAY);
    const product = random.pick(merchant.products);
    const order = { placedAt, merchant, buyer, product };
    return stagedDeal('WHITEWASH', order, 9 * HOUR, random.between(40, 60) * HOUR, byParcel(random), (deliveredAt) => {
      const { ware, noun } = product;
      const matter = { ware, noun, stars: 5, days: 2, grievance: null, isMended: false, isLate: false };
      return stagedReview(deliveredAt + random.between(0.2, 3) * DAY, 5, reviewText(random, buyer.tongue, matter));
    });
  });
}
