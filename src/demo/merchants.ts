import { DAY, HOUR, WINDOW_DAYS } from './calendar.ts';
import type { Calendar } from './calendar.ts';
import { productName, shopName } from './names.ts';
import type { Random } from './random.ts';
import { PART, ROLES } from './roles.ts';
import type { Role } from './roles.ts';
import { WARES } from './wares.ts';
import type { Tongue, Ware, Words } from './wares.ts';

export interface Merchant {
  readonly externalId: string;
  readonly name: string;
  readonly tongue: Tongue;
  readonly currency: 'CNY' | 'USD';
  readonly registeredAt: number; // may be years before the window
  readonly openedAt: number; // when the demo first hears of it
  readonly opens: number; // its first and last day of trade in the window
  readonly closes: number;
  readonly orders: number; // about how many
  /** How badly it serves: 0 (hardly a fault) to 1 (most things go wrong). */
  readonly trouble: number;
  /** An on-off oscillator is good for a time and then bad for a time. */
  readonly isOscillator: boolean;
  readonly products: readonly Product[];
}
export interface Product {
  readonly externalId: string;
  readonly name: string;
  readonly noun: Words;
  readonly ware: Ware;
  readonly price: number; // minor units
  readonly flaw: number; // how many times as often it is faulty as the shop's other goods
}

/** How long an oscillator behaves, and then does not. */
const GOOD_DAYS = 75;
const BAD_DAYS = 45;
const BAD_TROUBLE = 0.8;

export function troubleOf(merchant: Merchant, at: number): number {
  if (!merchant.isOscillator) return merchant.trouble;
  const day = Math.floor((at - merchant.openedAt) / DAY) % (GOOD_DAYS + BAD_DAYS);
  return day < GOOD_DAYS ? merchant.trouble : BAD_TROUBLE;
}

/** Everyone who sells: first those with a part to play, then a crowd whose sizes follow a power law. */
export function merchantsOf(random: Random, calendar: Calendar, count: number, orders: number): Merchant[] {
  const roles = [...ROLES, ...crowdOf(random.fork('crowd'), calendar, count - ROLES.length)];
  const names = new Set<string>();
  let productCount = 0;
  return roles.map((role, index) => {
    const externalId = `m-${String(index + 1).padStart(4, '0')}`;
    const own = random.fork(externalId);
    const openedAt = calendar.day(role.opens) + Math.floor(own.between(1, 9) * HOUR);
    const isPart = index < ROLES.length;
    const currency = !isPart && role.tongue === 'en' && own.chance(0.35) ? 'USD' : 'CNY';
    const products = productsOf(own, role, currency, productCount);
    productCount += products.length;
    return {
      externalId,
      name: freshName(own, role, names),
      tongue: role.tongue,
      currency,
      registeredAt: role.opens === 0 ? openedAt - Math.floor(own.between(20, 1500)) * DAY : openedAt,
      openedAt,
      opens: role.opens + 1,
      closes: role.closes,
      orders: index === PART.newcomer ? NEWCOMER_ORDERS : Math.round(role.share * orders),
      trouble: role.trouble,
      isOscillator: index === PART.oscillator,
      products,
    };
  });
}

/** Too few to be rated, however large the demo is. */
const NEWCOMER_ORDERS = 7;

function wareOf(role: Role): Ware {
  const ware = WARES.find(({ category }) => category === role.category);
  if (!ware) throw new RangeError(`no ware ${role.category}`);
  return ware;
}

function freshName(random: Random, role: Role, taken: Set<string>): string {
  let name = role.name;
  for (let tries = 2; name === '' || taken.has(name); tries++) {
    name = shopName(random, role.tongue, wareOf(role));
    if (tries > 8) name += role.tongue === 'zh' ? `${tries}店` : ` ${tries}`;
  }
  taken.add(name);
  return name;
}

const YUAN_TO_A_DOLLAR = 7.2;
function productsOf(random: Random, role: Role, currency: string, before: number): Product[] {
  const ware = wareOf(role);
  const level = random.logNormal(1, 0.25); // a cheap shop or a dear one
  const unit = currency === 'USD' ? YUAN_TO_A_DOLLAR / 2 : 1; // what sells for dollars is dearer
  return Array.from({ length: 3 + random.below(8) }, (_, index) => {
    const noun = random.pick(ware.nouns);
    return {
      externalId: `p-${String(before + index + 1).padStart(5, '0')}`,
      name: productName(random, role.tongue, noun),
      noun,
      ware,
      price: Math.max(290, Math.round((random.logNormal(ware.price, 0.5) * level) / unit / 100) * 100 - 10),
      flaw: random.chance(0.1) ? 4 : 0.75,
    };
  });
}

/** Sizes fall as (rank + offset)^-1.25. */
const SIZE_OFFSET = 6;

/** The merchants without a part. Their shares add up to what the parts leave. */
function crowdOf(random: Random, calendar: Calendar, count: number): Role[] {
  const left = 1 - ROLES.reduce((sum, { share }) => sum + share, 0);
  const lives = Array.from({ length: count }, () => lifetime(random));
  const weights = lives.map(([opens, closes], rank) => {
    const base = 1 / (rank + SIZE_OFFSET);
    const size = base * Math.sqrt(Math.sqrt(base)) * random.logNormal(1, 0.3); // roots are exact, powers are not
    return size * calendar.shareBetween(opens, closes);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const crowd = lives.map(([opens, closes], rank): Role => {
    const tongue: Tongue = random.chance(0.6) ? 'zh' : 'en';
    const { category } = random.pick(WARES);
    const share = (left * weights[rank]!) / total;
    return { name: '', tongue, category, share, trouble: troubleDrawn(random), opens, closes };
  });
  return random.some(crowd); // shuffled, so that an id tells nothing of its bearer's size
}

/** Half were there before, the rest opened on the way; some gave up. */
function lifetime(random: Random): [opens: number, closes: number] {
  const opens = random.chance(0.5) ? 0 : random.below(WINDOW_DAYS - 12);
  const givesUp = random.chance(0.07) && opens < 500;
  return [opens, givesUp ? opens + 90 + random.below(WINDOW_DAYS - opens - 100) : WINDOW_DAYS];
}

/** Most are honest and good; a few ought not to sell. */
function troubleDrawn(random: Random): number {
  const kind = random.next();
  if (kind < 0.32) return random.between(0, 0.1);
  if (kind < 0.68) return random.between(0.1, 0.32);
  if (kind < 0.88) return random.between(0.32, 0.6);
  return random.between(0.6, 1);
}
