import { DAY, timeOfDay, WINDOW_DAYS } from './calendar.ts';
import type { Calendar } from './calendar.ts';
import { buyerName } from './names.ts';
import { drawn, firstAbove, totalsOf } from './random.ts';
import type { Random } from './random.ts';
import type { Tongue } from './wares.ts';

export type SchemeName = 'RING' | 'SLANDER' | 'BRUSHING' | 'WHITEWASH' | 'ON_OFF';

export interface Buyer extends Recruit {
  readonly externalId: string;
}
/** A buyer that has no number yet: numbers go by the day of joining, so that they tell nothing else. */
export interface Recruit {
  readonly name: string;
  readonly tongue: Tongue;
  readonly joinedAt: number;
  readonly registeredAt: number; // before joinedAt for those who were there before the window
  readonly activity: number; // how often it buys, against others
  readonly unpaid: number; // the share of its orders that it never pays
  readonly claims: number; // the share of its orders about which it claims what is not so
  readonly harshness: number; // stars that it gives less than others
  readonly traces: Traces;
  readonly scheme: SchemeName | null; // whose hireling it is
}
/** What can be seen of who orders: households share some of it, hirelings more. */
export interface Traces {
  readonly ip: string;
  readonly device: string;
  readonly instrument: string;
}

/** People of a household are behind one address; some share a card or a tablet too. */
export function recruitsOf(random: Random, calendar: Calendar, count: number): Recruit[] {
  const recruits: Recruit[] = [];
  for (let i = 0; i < count; i++) {
    const housemate = recruits.length > 0 && random.chance(0.2) ? random.pick(recruits) : null;
    recruits.push(recruit(random, calendar, housemate));
  }
  return recruits;
}

function recruit(random: Random, calendar: Calendar, housemate: Recruit | null): Recruit {
  const isOld = random.chance(0.5);
  const joinedAt = calendar.day(isOld ? 0 : random.below(WINDOW_DAYS - 1)) + timeOfDay(random);
  const tongue = housemate?.tongue ?? (random.chance(0.68) ? 'zh' : 'en');
  const fresh = freshTraces(random);
  const traces = housemate && {
    ip: housemate.traces.ip,
    device: random.chance(0.15) ? housemate.traces.device : fresh.device,
    instrument: random.chance(0.35) ? housemate.traces.instrument : fresh.instrument,
  };
  return {
    name: buyerName(random, tongue),
    tongue,
    joinedAt,
    registeredAt: isOld ? joinedAt - random.below(1200) * DAY : joinedAt,
    activity: random.logNormal(1, 0.9),
    unpaid: random.chance(0.03) ? 0.3 : 0.012,
    claims: random.chance(0.015) ? 0.2 : 0.001,
    harshness: 0.2 * random.normal(),
    traces: traces ?? fresh,
    scheme: null,
  };
}

/** Somebody who joined for a scheme, and otherwise seldom buys. */
export function hireling(
  random: Random,
  scheme: SchemeName,
  joinedAt: number,
  activity: number,
  traces: Traces,
): Recruit {
  const tongue = random.chance(0.6) ? 'zh' : 'en';
  const name = buyerName(random, tongue);
  const ways = { unpaid: 0, claims: 0, harshness: 0 };
  return { name, tongue, joinedAt, registeredAt: joinedAt, activity, ...ways, traces, scheme };
}

const hex = (random: Random): string => random.below(0x1_0000_0000).toString(16).padStart(8, '0');

/** Addresses are of 100.64.0.0/10 (RFC 6598), which is nobody's on the open internet. */
export function freshTraces(random: Random): Traces {
  return {
    ip: `100.${64 + random.below(64)}.${random.below(256)}.${1 + random.below(254)}`,
    device: `device-${hex(random)}${hex(random)}`,
    instrument: `${random.pick(['card', 'alipay', 'wechatpay'])}-${hex(random)}`,
  };
}

/** All buyers, numbered; and who may be drawn to buy at an instant: whoever has joined, the active ones oftener. */
export class Crowd {
  readonly buyers: readonly Buyer[];
  readonly #joined: Float64Array;
  readonly #activity: Float64Array;

  constructor(recruits: readonly Recruit[]) {
    this.buyers = recruits
      .toSorted((one, other) => one.joinedAt - other.joinedAt)
      .map((each, index) => Object.assign({ externalId: `b-${String(index + 1).padStart(5, '0')}` }, each));
    this.#joined = Float64Array.from(this.buyers, ({ joinedAt }) => joinedAt);
    this.#activity = totalsOf(this.buyers.map(({ activity }) => activity));
  }

  someoneAt(random: Random, at: number): Buyer {
    const end = Math.max(1, firstAbove(this.#joined, at));
    return this.buyers[drawn(random, this.#activity, 0, end)]!;
  }

  of(scheme: SchemeName): Buyer[] {
    return this.buyers.filter((each) => each.scheme === scheme);
  }
}
