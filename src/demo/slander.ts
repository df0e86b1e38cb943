import type { Buyer } from './buyers.ts';
import { freshTraces, hireling } from './buyers.ts';
import { DAY, HOUR } from './calendar.ts';
import type { Calendar } from './calendar.ts';
import type { Deal } from './deal.ts';
import type { Merchant, Product } from './merchants.ts';
import type { Random } from './random.ts';
import { PART } from './roles.ts';
import { reviewText } from './text.ts';
import { byParcel, cheapestOf, daysBefore, sharedTraces, stagedDeal, stagedReview } from './scheme.ts';
import type { Scheme } from './scheme.ts';

const ACCOUNTS = 15;
const STARTS = 45; // days before the end
const TOO_EARLY = 5; // so many accounts do not even wait for the delivery

/** A rival's revenge: new accounts give an honest shop one star each, within a week, on its cheapest goods. */
export const SLANDER: Scheme = {
  name: 'SLANDER',

  hires(random, calendar) {
    const shared = sharedTraces(random, 4);
    return Array.from({ length: ACCOUNTS }, () => {
      const traces = { ...freshTraces(random), ip: random.pick(shared).ip };
      return hireling(random, 'SLANDER', daysBefore(random, calendar, STARTS + 9, 8), 0, traces);
    });
  },

  subjects: (_, merchants) => [merchants[PART.slanderTarget]!],

  deals(random, calendar, hired, [target]) {
    return hired.map((buyer, index) => blow(random, calendar, target!, buyer, index < TOO_EARLY));
  },
};

function blow(random: Random, calendar: Calendar, merchant: Merchant, buyer: Buyer, isTooEarly: boolean): Deal {
  const placedAt = daysBefore(random, calendar, STARTS, 2);
  const order = { placedAt, merchant, buyer, product: cheapestOf(merchant) };
  return stagedDeal('SLANDER', order, 10 * HOUR, random.between(55, 70) * HOUR, byParcel(random), (deliveredAt) => {
    const at = isTooEarly ? placedAt + random.between(8, 24) * HOUR : deliveredAt + random.between(0.1, 2) * DAY;
    return stagedReview(at, 1, slur(random, order.product, buyer));
  });
}

/** Each in its own words, since this crew is careful; about things that did not happen. */
function slur(random: Random, { ware, noun }: Product, { tongue }: Buyer): string {
  return reviewText(random, tongue, {
    ware,
    noun,
    stars: 1,
    days: random.between(9, 20),
    grievance: random.pick(['DEFECT', 'NOT_AS_DESCRIBED', null]),
    isMended: false,
    isLate: random.chance(0.4),
  });
}
