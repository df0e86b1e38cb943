import type { Buyer, Recruit } from './buyers.ts';
import { freshTraces, hireling } from './buyers.ts';
import { HOUR } from './calendar.ts';
import type { Deal } from './deal.ts';
import type { Merchant } from './merchants.ts';
import type { Random } from './random.ts';
import { ROLES } from './roles.ts';
import { byParcel, cheapestOf, daysBefore, sharedTraces, stagedDeal, stagedReview } from './scheme.ts';
import type { Scheme } from './scheme.ts';
import { wordIn } from './wares.ts';

const ACCOUNTS = 25;
const SHOPS = 6;
const TURNOUT = 0.85; // of the accounts, how many take part in a shop's wave
const CAMOUFLAGE = 0.5; // how often they buy honestly, where others do so about once

/** Paid five-star reviews: the same accounts at each of six mediocre shops, in waves of two days, on the cheapest goods. */
export const RING: Scheme = {
  name: 'RING',

  hires(random, calendar) {
    const shared = sharedTraces(random, 5);
    return Array.from({ length: ACCOUNTS }, (): Recruit => {
      const own = freshTraces(random);
      const crew = random.pick(shared);
      const traces = {
        ip: random.chance(0.7) ? crew.ip : own.ip,
        device: random.chance(0.5) ? crew.device : own.device,
        instrument: random.chance(0.3) ? crew.instrument : own.instrument,
      };
      return hireling(random, 'RING', daysBefore(random, calendar, 170, 50), CAMOUFLAGE, traces);
    });
  },

  subjects(random, merchants) {
    const crowd = merchants.slice(ROLES.length).filter(({ opens, closes }) => opens < 600 && closes === 730);
    return random.some(crowd.toSorted((one, other) => other.trouble - one.trouble).slice(0, SHOPS * 4), SHOPS);
  },

  deals(random, calendar, hired, shops) {
    return shops.flatMap((shop, index) => {
      const startsAt = daysBefore(random, calendar, 100 - index * 14, 4);
      const praise = praiseOf(random, shop);
      return hired.filter(() => random.chance(TURNOUT)).map((buyer) => wave(random, startsAt, shop, buyer, praise));
    });
  },
};

function wave(random: Random, startsAt: number, merchant: Merchant, buyer: Buyer, praise: () => string): Deal {
  const placedAt = startsAt + Math.floor(random.between(0, 48) * HOUR);
  const order = { placedAt, merchant, buyer, product: cheapestOf(merchant) };
  return stagedDeal('RING', order, 3 * HOUR, random.between(28, 40) * HOUR, byParcel(random), (deliveredAt) =>
    stagedReview(deliveredAt + random.between(0.1, 6) * HOUR, 5, praise()),
  );
}

/** One text a shop, handed out with hardly a word changed. */
function praiseOf(random: Random, shop: Merchant): () => string {
  const noun = wordIn(cheapestOf(shop).noun, shop.tongue);
  if (shop.tongue === 'zh') {
    const [one, other] = random.some(['质量超级好，', '物超所值，', '包装精美，', '非常满意，']);
    const body = `这家店的${noun}真的太好了，${one}${other}发货速度快，客服态度也好，和店家描述的完全一样，强烈推荐大家购买，已经是第三次回购了`;
    return () => `${random.pick(['', '哇，'])}${body}${random.pick(['！', '！！', '。', '，赞！'])}`;
  }
  const [one, other] = random.some([
    'amazing quality',
    'super fast shipping',
    'unbeatable price',
    'beautiful packaging',
  ]);
  const body = `this is the best ${noun} I have ever bought, ${one} and ${other}, exactly as described by the seller, my whole family is in love with it and I will definitely buy from this shop again, highly recommended to everybody`;
  return () => `${random.pick(['Wow, ', '', 'OK, '])}${body}${random.pick(['!', '!!!', '.', ' :)', ' A+'])}`;
}
