import type { Buyer, Crowd, Traces } from './buyers.ts';
import type { Calendar } from './calendar.ts';
import { courseOf } from './course.ts';
import { basketOf, orderOf } from './deal.ts';
import type { Deal } from './deal.ts';
import { troubleOf } from './merchants.ts';
import type { Merchant } from './merchants.ts';
import type { Random } from './random.ts';
import { reviewOf } from './reviews.ts';

const LOYALTY = 0.06; // of orders, those by one of the shop's earlier buyers, besides chance
const ON_THE_MOVE = 0.25; // of orders, those not made from home
/** A mobile carrier puts many people behind each of a few addresses. */
const MOBILES = Array.from({ length: 60 }, (_, index) => `100.127.255.${index + 1}`);

/** A shop's honest trade: who ordered, what became of it and what they said. */
export function tradeOf(random: Random, calendar: Calendar, crowd: Crowd, merchant: Merchant): Deal[] {
  const customers: Buyer[] = [];
  const moments = Float64Array.from({ length: merchant.orders }, () =>
    calendar.momentBetween(random, merchant.opens, merchant.closes),
  ).toSorted();
  return Array.from(moments, (placedAt) => {
    const isLoyal = customers.length > 0 && random.chance(LOYALTY);
    const buyer = isLoyal ? random.pick(customers) : crowd.someoneAt(random, placedAt);
    customers.push(buyer);
    return deal(random, placedAt, merchant, buyer);
  });
}

function deal(random: Random, placedAt: number, merchant: Merchant, buyer: Buyer): Deal {
  const trouble = troubleOf(merchant, placedAt);
  const order = orderOf(placedAt, merchant, buyer, basketOf(random, merchant), tracesOf(random, buyer));
  const course = courseOf(random, order, trouble);
  return { ...order, steps: course.steps, review: reviewOf(random, order, course, trouble), scheme: null };
}

/** Mostly the buyer's own; sometimes the carrier's address, another phone or another card. */
function tracesOf(random: Random, { traces }: Buyer): Traces {
  const ip = random.chance(ON_THE_MOVE) ? random.pick(MOBILES) : traces.ip;
  const device = random.chance(0.12) ? `${traces.device}-2` : traces.device;
  const instrument = random.chance(0.06) ? `${traces.instrument}-2` : traces.instrument;
  return { ip, device, instrument };
}
