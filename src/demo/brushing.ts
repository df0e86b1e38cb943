import { hireling } from './buyers.ts';
import { DAY, HOUR } from './calendar.ts';
import type { Deal } from './deal.ts';
import type { Merchant } from './merchants.ts';
import type { Random } from './random.ts';
import { PART } from './roles.ts';
import { cheapestOf, daysBefore, sharedTraces, stagedDeal, stagedReview } from './scheme.ts';
import type { Scheme, Staged } from './scheme.ts';

const ACCOUNTS = 60;
const ORDERS_EACH = 7;
const BURSTS = 30;

/**
 * A shop that buys from itself (刷单): alike cheap orders from accounts behind a few phones and addresses, "shipped" without a
 * carrier and "delivered" within hours. The money goes back outside the marketplace, so that no refund is seen.
 */
export const BRUSHING: Scheme = {
  name: 'BRUSHING',

  hires(random, calendar, scale) {
    const shared = sharedTraces(random, 4);
    return Array.from({ length: Math.max(12, Math.round(ACCOUNTS * Math.min(scale, 2))) }, () => {
      const traces = { ...random.pick(shared), ip: random.pick(shared.slice(1)).ip };
      return hireling(random, 'BRUSHING', daysBefore(random, calendar, 300, 60), 0, traces);
    });
  },

  subjects: (_, merchants) => [merchants[PART.brusher]!],

  deals(random, calendar, hired, [shop]) {
    const bursts = Array.from({ length: BURSTS }, () => daysBefore(random, calendar, 235, 225));
    return hired.flatMap((buyer) =>
      random.some(bursts, ORDERS_EACH).map((startsAt) => {
        const placedAt = startsAt + Math.floor(random.between(0, 5) * HOUR);
        return brushed(random, shop!, { placedAt, merchant: shop!, buyer, product: cheapestOf(shop!) });
      }),
    );
  },
};

function brushed(random: Random, { tongue }: Merchant, order: Staged): Deal {
  const praise = tongue === 'zh' ? ['好评', '很好', '好评！', '不错', null] : ['Good', 'Very good', 'Nice', null];
  return stagedDeal('BRUSHING', order, random.between(0.3, 2) * HOUR, random.between(3, 7) * HOUR, {}, (deliveredAt) =>
    random.chance(0.6) ? stagedReview(deliveredAt + random.between(0.01, 1) * DAY, 5, random.pick(praise)) : null,
  );
}
