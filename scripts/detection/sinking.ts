import { decayed, term } from '../../src/scoring/decay.ts';
import { badProbability, scoreOf } from '../../src/scoring/grade.ts';
import { kindOf, kindsOf, slotOf } from '../../src/scoring/kinds.ts';
import {
  applyToConsensus,
  applyToMean,
  applyToReviewer,
  assess,
  type Increment,
  NEW_REVIEWER,
  NO_CONSENSUS,
  NO_REVIEWS,
} from '../../src/scoring/reliability.ts';
import { FreePraise } from '../../src/evaluate/free-praise.ts';
import { rankingOf, type Ranking } from '../../src/evaluate/ranking.ts';
import { Random } from '../../src/demo/random.ts';
import { readNetwork } from '../../src/evaluate/network.ts';
import { ATTACKS } from '../../src/simulate/attacks.ts';
import { actsOf, type Act } from '../../src/simulate/history.ts';
import { baselineOf, fewestFor, type Baseline } from '../../src/simulate/trial.ts';
import { networkWorld, type World } from '../../src/simulate/world.ts';

/*
 * Why a good name on a rating network can be sunk by a few words: what the first words of blame foretell, and what any rule that
 * weighs them less costs in foresight. All without detection.
 */

/** How much blame weighs, 0 to 1. */
export interface Scheme {
  /** For good, as it is given, after so many voices of praise and of blame. */
  readonly given: (praise: number, blame: number) => number;
  /** Whenever it is asked for, beside such masses of praise and of blame. */
  readonly asked: (praise: number, blame: number) => number;
}
const whole = () => 1;
const voices = (praise: number, blame: number): number => (1 + blame) / (1 + blame + praise);
const mass = (praise: number, blame: number): number => (blame === 0 ? 1 : blame / (blame + praise));
const given = (scheme: Scheme['given']): Scheme => ({ given: scheme, asked: whole });
const asked = (scheme: Scheme['asked']): Scheme => ({ given: whole, asked: scheme });
export const SCHEMES = {
  whole: given(whole),
  'a half': given((praise, blame) => (praise > blame ? 0.5 : 1)),
  'the share of voices that share it': given(voices),
  'its square': given((praise, blame) => voices(praise, blame) ** 2),
  'its cube': given((praise, blame) => voices(praise, blame) ** 3),
  nothing: given((praise, blame) => (praise > blame ? 0 : 1)),
  'whenever asked, the share of mass': asked(mass),
  'whenever asked, its square': asked((praise, blame) => mass(praise, blame) ** 2),
  'whenever asked, its cube': asked((praise, blame) => mass(praise, blame) ** 3),
} as const satisfies Readonly<Record<string, Scheme>>;

/** Attacks that are tried, and how often those were rated whom they are tried on. */
export const SINKING = ['HIJACKED_ELITE', 'CAMOUFLAGE', 'COLLUSION_RING', 'SYBIL', 'SYBIL_WHITEWASHING'];
export const RECORDS: readonly (readonly [least: number, most: number])[] = [
  [3, 4],
  [5, 9],
  [10, 19],
  [20, 49],
  [50, 999],
];

export interface Field {
  readonly world: World;
  readonly baseline: Baseline;
  readonly all: readonly Act[]; // those after the attacks, too
}

export function fieldOf(ratings: string, labels: string): Field {
  const world = networkWorld(ratings, labels);
  return { world, baseline: baselineOf(world), all: actsOf(readNetwork(ratings, 'ratings')) };
}

export const pointsAbove = ({ baseline }: Field, subject: number): number => baseline.scores[subject]! - baseline.tenth;

/** Of those at the median or above with so many ratings, as many as are tried, evenly. */
export function targetsWith({ world, baseline }: Field, least: number, most: number): number[] {
  const received = Map.groupBy(world.acts, ({ subject }) => subject);
  const all = [...received]
    .filter(
      ([subject, { length }]) => length >= least && length <= most && baseline.scores[subject]! >= baseline.median,
    )
    .map(([subject]) => subject);
  return all.filter((_, i) => i % Math.ceil(all.length / world.targets) === 0);
}

/** Of ratees with so many ratings and words of blame, one of these just now: the share of whom the next rating blames. */
export function followingBlame(acts: readonly Act[], least: number, most: number, blame: number): number {
  const nexts = [...Map.groupBy(acts, ({ subject }) => subject).values()].flatMap((received) => {
    let blames = 0;
    return received.slice(0, -1).flatMap(({ valence }, i) => {
      if (valence < 0) blames++;
      const isAsked = i + 1 >= least && i + 1 <= most && blames === blame && (blame === 0 || valence < 0);
      return isAsked ? [received[i + 1]!.valence < 0] : [];
    });
  });
  return nexts.filter(Boolean).length / nexts.length;
}

interface Ratee {
  praise: number;
  blame: number;
  readonly terms: number[];
}
const aRatee = (): Ratee => ({ praise: 0, blame: 0, terms: kindsOf('MERCHANT').map(() => 0) });
const KINDS = { praise: kindOf('MERCHANT', 'RATING_POSITIVE').code, blame: kindOf('MERCHANT', 'RATING_NEGATIVE').code };
const RATING = { counterparty: null, amount: null, currency: null, isPurchase: false, isHeld: false, sign: 1 } as const;

/** A network's ratings told one by one under a scheme. */
class Telling {
  readonly #world: World;
  readonly #scheme: Scheme;
  readonly #ratees = new Map<number, Ratee>();
  readonly #people = new Map<number, typeof NEW_REVIEWER>();
  readonly #opinions = new Map<number, typeof NO_CONSENSUS>();
  readonly #ranks = new Map<string, number>();
  readonly #praise = new FreePraise<number>();
  #mean = NO_REVIEWS;

  constructor(world: World, scheme: Scheme) {
    this.#world = world;
    this.#scheme = scheme;
  }

  /** How probable it was that the rating would be blame; then it is known. */
  tell(act: Act): number {
    const ratee = this.#ratees.get(act.subject) ?? aRatee();
    this.#ratees.set(act.subject, ratee);
    const { good, bad } = this.#masses(ratee, act.at);
    this.#enter(ratee, act);
    return badProbability(this.#world.policy, good, this.#scheme.asked(good, bad) * bad);
  }

  #masses({ terms }: Ratee, at: number): { readonly good: number; readonly bad: number } {
    const { policy } = this.#world;
    const good = decayed(terms[slotOf(KINDS.praise)]!, 'good', at, policy);
    return { good, bad: policy.document.badWeight * decayed(terms[slotOf(KINDS.blame)]!, 'bad', at, policy) };
  }

  #enter(ratee: Ratee, { reviewer, subject, at, valence }: Act): void {
    const gained = this.#weigh(reviewer, subject, valence / 100, at);
    const side = valence < 0 ? 'blame' : 'praise';
    const pair = `${subject}/${reviewer}`;
    const pairRank = this.#ranks.get(pair) ?? 0;
    this.#ranks.set(pair, pairRank + 1);
    const { experience } = gained;
    const reliability = this.#praise.believed(gained.reliability, subject, side === 'praise', at);
    const posting = { ...RATING, kind: KINDS[side], occurredAt: at, reliability, experience, pairRank };
    const weight = side === 'blame' ? this.#scheme.given(ratee.praise, ratee.blame) : 1;
    ratee.terms[slotOf(KINDS[side])]! += weight * Number(term(posting, this.#world.policy));
    ratee[side]++;
  }

  #weigh(reviewer: number, subject: number, w: number, at: number): Increment {
    const person = this.#people.get(reviewer) ?? NEW_REVIEWER;
    const opinion = this.#opinions.get(subject) ?? NO_CONSENSUS;
    const gained = assess(w, person, opinion, this.#mean, at);
    this.#people.set(reviewer, applyToReviewer(person, gained));
    this.#opinions.set(subject, applyToConsensus(opinion, gained));
    this.#mean = applyToMean(this.#mean, gained);
    return gained;
  }

  exactScore(subject: number): number {
    const ratee = this.#ratees.get(subject) ?? aRatee();
    const { good, bad } = this.#masses(ratee, this.#world.now);
    const blame = slotOf(KINDS.blame);
    const terms = ratee.terms.with(blame, this.#scheme.asked(good, bad) * ratee.terms[blame]!);
    const balance = { terms, counts: terms.map(() => 0), counterparties: 0, firstDay: null, lastDay: null };
    return scoreOf(this.#world.policy, balance, this.#world.now).exactScore;
  }
}

/** What was foretold of each, and where everybody stands at the end. */
function told(world: World, acts: readonly Act[], scheme: Scheme) {
  const telling = new Telling(world, scheme);
  const foretold = acts.toSorted((one, other) => one.at - other.at).map((act) => telling.tell(act));
  return { foretold, exactScore: (subject: number): number => telling.exactScore(subject) };
}

/** How well the next rating is foretold under a scheme, over the last half of a network's ratings. */
export function foresightUnder({ world, all }: Field, scheme: Scheme): Ranking {
  const from = all.length >> 1;
  return rankingOf(
    told(world, all, scheme).foretold.slice(from),
    all.slice(from).map(({ valence }) => valence < 0),
  );
}

/** By attack, the fewest fakes that sink half of the targets below the tenth percentile, where all are weighed under the scheme. */
export function costsOf({ world, baseline }: Field, targets: readonly number[], scheme: Scheme): (number | null)[] {
  const honest = told(world, world.acts, scheme);
  const ranked = baseline.ranked.map(honest.exactScore).toSorted((one, other) => one - other);
  const mark = ranked[Math.floor(0.1 * (ranked.length - 1))]!;
  return SINKING.map((name) => {
    const attack = ATTACKS.find((each) => each.name === name)!;
    return fewestFor(targets, (target, fakes) => {
      const added = attack.acts(world, { target, isLift: false, fakes }, new Random(7).fork(`${name} ${target}`));
      return told(world, [...world.acts, ...added], scheme).exactScore(target) < mark;
    });
  });
}
