import { Crowd, recruitsOf } from './buyers.ts';
import type { SchemeName } from './buyers.ts';
import { Calendar } from './calendar.ts';
import type { Deal } from './deal.ts';
import { merchantsOf } from './merchants.ts';
import type { Merchant } from './merchants.ts';
import { Random } from './random.ts';
import { BRUSHING } from './brushing.ts';
import { ON_OFF } from './on-off.ts';
import { RING } from './ring.ts';
import type { Scheme } from './scheme.ts';
import { SLANDER } from './slander.ts';
import { WHITEWASH } from './whitewash.ts';
import { tradeOf } from './trade.ts';

const SCHEMES: readonly Scheme[] = [RING, SLANDER, BRUSHING, WHITEWASH, ON_OFF];
/** At scale 1, about. */
const MERCHANTS = 200;
const BUYERS = 5_000;
const ORDERS = 40_000;

/** Everything that happened, in the market's own words. */
export interface Market {
  readonly calendar: Calendar;
  readonly merchants: readonly Merchant[];
  readonly crowd: Crowd;
  readonly deals: readonly Deal[]; // by the time of the order; none lies after the end
  readonly subjects: ReadonlyMap<SchemeName, readonly Merchant[]>;
}

export function marketOf(seed: number, until: number, scale: number): Market {
  const random = new Random(seed);
  const calendar = new Calendar(until);
  const hires = SCHEMES.flatMap((scheme) => scheme.hires(random.fork(`hires ${scheme.name}`), calendar, scale));
  const ordinary = Math.max(300, Math.round(BUYERS * scale)) - hires.length;
  const crowd = new Crowd([...recruitsOf(random.fork('buyers'), calendar, ordinary), ...hires]);
  const size = Math.max(36, Math.round(MERCHANTS * scale));
  const merchants = merchantsOf(random.fork('merchants'), calendar, size, Math.round(ORDERS * scale));

  const subjects = new Map<SchemeName, readonly Merchant[]>();
  const staged: Deal[] = [];
  for (const scheme of SCHEMES) {
    const chosen = scheme.subjects(random.fork(`subjects ${scheme.name}`), merchants);
    subjects.set(scheme.name, chosen);
    staged.push(...scheme.deals(random.fork(`deals ${scheme.name}`), calendar, crowd.of(scheme.name), chosen));
  }
  const trade = merchants.flatMap((each) => tradeOf(random.fork(`trade ${each.externalId}`), calendar, crowd, each));
  const deals = [...trade, ...staged]
    .filter(({ placedAt }) => placedAt < until)
    .toSorted((one, other) => one.placedAt - other.placedAt);
  return { calendar, merchants, crowd, deals, subjects };
}
