import type { Random } from '../demo/random.ts';
import type { Act } from './history.ts';
import type { World } from './world.ts';

const DAY = 86_400_000;

/** What an attack is aimed at, and with how many fake reviews. */
export interface Aim {
  readonly target: number;
  readonly isLift: boolean;
  readonly fakes: number;
}
export interface Attack {
  readonly name: string;
  readonly about: string;
  readonly lifts: boolean;
  readonly sinks: boolean;
  readonly needsOrders: boolean; // to be tried only where a review stands on an order
  readonly acts: (world: World, aim: Aim, random: Random) => Act[];
}

/** How an attack's accounts come about, when they strike and what they say. */
interface Manner {
  readonly days: number; // from the first fake to the last
  readonly endsBefore?: number; // days before now
  readonly stars?: number; // how far from the middle, hundredths of w
  readonly each?: number; // fakes an account; by default one
  readonly claims?: boolean; // each has its money back for a fault that there was not
}

const named = (
  name: string,
  about: string,
  acts: Attack['acts'],
  { lifts = true, sinks = true, needsOrders = false } = {},
): Attack => ({
  name,
  about,
  lifts,
  sinks,
  needsOrders,
  acts,
});

/** Names of TREET (Irissappane et al.) and Nash-Detect (Dou et al., KDD 2020). */
export const ATTACKS: readonly Attack[] = [
  named('CONSTANT', 'a few fresh accounts, the same again and again', by(fresh, { days: 30, each: 8 })),
  named('BALLOT_STUFFING', 'one fresh account praises without end', by(fresh, { days: 30, each: 1e9 }), {
    sinks: false,
  }),
  named('BAD_MOUTHING', 'one fresh account slanders without end', by(fresh, { days: 30, each: 1e9 }), { lifts: false }),
  named('COLLUSION_RING', 'fresh accounts that serve four other shops too', ring),
  named('CAMOUFLAGE', 'accounts that spoke like everybody for months', by(disguised(6, 180), { days: 10 })),
  named('SYBIL', 'fresh accounts, a fake each', by(fresh, { days: 7 })),
  named('WHITEWASHING', 'fresh accounts one after the other', by(fresh, { days: 60 })),
  named('SYBIL_CAMOUFLAGE', 'fresh accounts with three ordinary reviews each', by(disguised(3, 20), { days: 7 })),
  named('SYBIL_WHITEWASHING', 'fresh accounts, slowly, over four months', by(fresh, { days: 120 })),
  named('VALUE_IMBALANCE', 'the cheapest that counts: a lukewarm word each', by(fresh, { days: 7, stars: 50 })),
  named('ON_OFF', 'aged accounts, a fake and a fair review in turn', by(disguised(1, 120), { days: 120 })),
  named('REPUTATION_LAG', 'aged accounts, all in the last two days', by(disguised(4, 90), { days: 2, endsBefore: 0 })),
  named('HIJACKED_ELITE', 'stolen accounts with the longest records', by(stolen('MOST'), { days: 10 })),
  named('PATIENT_ELITE', 'the same, over four months: no week is full of them', by(stolen('MOST'), { days: 120 })),
  named(
    'PATIENT_CLAIMS',
    'the same, each with a claim that is believed',
    by(stolen('MOST'), { days: 120, claims: true }),
    { lifts: false, needsOrders: true },
  ),
  named('INC_BP', 'stolen accounts that never met on any subject', by(stolen('APART'), { days: 21 })),
  named('INC_DS', 'stolen accounts with the shortest records', by(stolen('LEAST'), { days: 21 })),
  named('INC_PR', 'stolen accounts, lukewarm, over two months', by(stolen('ANY'), { days: 60, stars: 50 })),
];

type Accounts = (world: World, count: number, random: Random, from: number) => { who: number[]; besides: Act[] };

function by(
  accounts: Accounts,
  { days, endsBefore = 5, stars = 100, each = 1, claims = false }: Manner,
): Attack['acts'] {
  return (world, { target, isLift, fakes }, random) => {
    const from = world.now - (endsBefore + days) * DAY;
    const { who, besides } = accounts(world, Math.max(1, Math.ceil(fakes / each)), random, from);
    const struck = Array.from({ length: fakes }, (_, i): Act => {
      const at = Math.floor(from + random.next() * days * DAY);
      const [reviewer, valence] = [who[i % who.length]!, isLift ? stars : -stars];
      return { reviewer, subject: target, at, valence, mark: 'FAKE', ...(claims && { wentWell: false }) };
    });
    return [...struck, ...besides];
  };
}

function fresh(world: World, count: number): { who: number[]; besides: Act[] } {
  return { who: Array.from({ length: count }, (_, i) => world.reviewerCount + i), besides: [] };
}

/** Accounts that first said `acts` ordinary things each, in the days before. */
function disguised(acts: number, days: number): Accounts {
  return (world, count, random, from) => {
    const { who } = fresh(world, count);
    const besides = who.flatMap((reviewer) =>
      Array.from({ length: acts }, (): Act => {
        const { subject, valence } = random.pick(world.acts);
        return { reviewer, subject, valence, at: Math.floor(from - random.next() * days * DAY), mark: 'CAMOUFLAGE' };
      }),
    );
    return { who, besides };
  };
}

/** Accounts of others. Where there are too few, the last ones are fresh. */
function stolen(choice: 'MOST' | 'LEAST' | 'APART' | 'ANY'): Accounts {
  return (world, count, random) => {
    const records = [...Map.groupBy(world.acts, ({ reviewer }) => reviewer)].filter(([, acts]) => acts.length >= 3);
    const shuffled = random.some(records);
    const sign = choice === 'LEAST' ? 1 : choice === 'MOST' ? -1 : 0;
    const ordered = shuffled.toSorted(([, one], [, other]) => sign * (one.length - other.length));
    const chosen = (choice === 'APART' ? strangers(ordered, count) : ordered).slice(0, count).map(([who]) => who);
    return { who: [...chosen, ...fresh(world, count - chosen.length).who], besides: [] };
  };
}

/** Of the accounts, those that share no subject with one before; then the others. */
function strangers(records: readonly [number, Act[]][], count: number): [number, Act[]][] {
  const seen = new Set<number>();
  const apart: [number, Act[]][] = [];
  for (const record of records) {
    if (apart.length === count) break;
    if (record[1].some(({ subject }) => seen.has(subject))) continue;
    for (const { subject } of record[1]) seen.add(subject);
    apart.push(record);
  }
  return [...apart, ...records.filter((record) => !apart.includes(record))];
}

const SISTERS = 4;

/** Fresh accounts that do the same for four other subjects, a wave each. */
function ring(world: World, aim: Aim, random: Random): Act[] {
  const own = by(fresh, { days: 3 })(world, aim, random);
  const others = Array.from({ length: SISTERS }, () => random.below(world.subjectCount));
  const sisters = others.flatMap((subject, i) =>
    own.map((act): Act => ({ ...act, subject, at: act.at - (i + 1) * 12 * DAY, mark: 'CAMOUFLAGE' })),
  );
  return [...own, ...sisters];
}
