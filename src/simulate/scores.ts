import { overCap } from './burst-cap.ts';
import { term } from '../scoring/decay.ts';
import { FreePraise } from '../evaluate/free-praise.ts';
import { scoreOf, type Score } from '../scoring/grade.ts';
import { kindOf, kindsOf, slotOf } from '../scoring/kinds.ts';
import type { Posting } from '../scoring/posting.ts';
import {
  applyToConsensus,
  applyToMean,
  applyToReviewer,
  assess,
  NEW_REVIEWER,
  NO_CONSENSUS,
  NO_REVIEWS,
} from '../scoring/reliability.ts';
import type { Act } from './history.ts';
import type { Deed, World } from './world.ts';

const DAY = 86_400_000;
/** A fake order is placed so long before its review, and is delivered at once as far as its merchant is concerned. */
const DELIVERY = 2 * DAY;

/** Everybody's score with some acts held: they move nothing and teach nobody, and neither do the orders they stand on. */
export function scoresOf(world: World, acts: readonly Act[], isHeld: (act: Act) => boolean): Score[] {
  const ledger = new Ledger(world);
  const deeds = [...world.deeds, ...(world.costsPurchase ? acts.flatMap((act) => deedOf(world, act, isHeld)) : [])];
  const isOverCap = world.costsPurchase ? overCap(acts, deeds) : () => false;
  for (const deed of deeds.toSorted((one, other) => one.at - other.at)) ledger.enterDeed(deed);
  for (const act of acts.toSorted((one, other) => one.at - other.at)) {
    if (!isHeld(act) && !isOverCap(act)) ledger.enterAct(act);
  }
  return ledger.scores();
}

/** The order that an attack's review stands on; the world's own have theirs among its deeds. */
function deedOf({ prices }: World, act: Act, isHeld: (act: Act) => boolean): Deed[] {
  if (act.mark === 'HONEST' || act.mark === 'LABELLED' || isHeld(act)) return [];
  const { subject, reviewer, at, wentWell } = act;
  const kind = wentWell === false ? 'ORDER_COMPLAINED' : 'ORDER_DELIVERED';
  return [{ subject, counterparty: reviewer, at: at - DELIVERY, kind, amount: prices.get(subject) ?? 1 }];
}

interface Account {
  readonly terms: number[];
  readonly counts: number[];
  readonly counterparties: Set<number>;
  first: number | null;
  last: number | null;
}

class Ledger {
  readonly #world: World;
  readonly #accounts: Account[] = [];
  readonly #orders = new Map<string, number>(); // earlier ones of a pair
  readonly #reviews = new Map<string, number>();
  readonly #praise = new FreePraise<number>();
  readonly #people = new Map<number, typeof NEW_REVIEWER>();
  readonly #opinions = new Map<number, typeof NO_CONSENSUS>();
  #mean = NO_REVIEWS;

  constructor(world: World) {
    this.#world = world;
  }

  enterDeed({ subject, counterparty, at, kind, amount }: Deed): void {
    const pairRank = kind === 'ORDER_DELIVERED' ? next(this.#orders, `${subject}/${counterparty}`) : 0;
    this.#post(subject, counterparty, {
      ...BLANK,
      kind: kindOf('MERCHANT', kind).code,
      occurredAt: at,
      amount,
      pairRank,
    });
  }

  enterAct({ reviewer, subject, at, valence }: Act): void {
    const { costsPurchase } = this.#world;
    const person = this.#people.get(reviewer) ?? NEW_REVIEWER;
    const opinion = this.#opinions.get(subject) ?? NO_CONSENSUS;
    const gained = assess(valence / 100, person, opinion, this.#mean, at);
    this.#people.set(reviewer, applyToReviewer(person, gained));
    this.#opinions.set(subject, applyToConsensus(opinion, gained));
    this.#mean = applyToMean(this.#mean, gained);
    const kind = costsPurchase ? `REVIEW_${valence / 50 + 3}` : valence < 0 ? 'RATING_NEGATIVE' : 'RATING_POSITIVE';
    this.#post(subject, reviewer, {
      ...BLANK,
      kind: kindOf('MERCHANT', kind).code,
      occurredAt: at,
      reliability: costsPurchase
        ? gained.reliability
        : this.#praise.believed(gained.reliability, subject, valence >= 0, at),
      experience: gained.experience,
      isPurchase: costsPurchase,
      pairRank: next(this.#reviews, `${subject}/${reviewer}`),
    });
  }

  #post(subject: number, counterparty: number, posting: Posting): void {
    const account = (this.#accounts[subject] ??= freshAccount());
    const slot = slotOf(posting.kind);
    account.terms[slot]! += Number(term(posting, this.#world.policy));
    account.counts[slot]!++;
    account.counterparties.add(counterparty);
    account.first = Math.min(account.first ?? posting.occurredAt, posting.occurredAt);
    account.last = Math.max(account.last ?? posting.occurredAt, posting.occurredAt);
  }

  scores(): Score[] {
    return Array.from({ length: Math.max(this.#world.subjectCount, this.#accounts.length) }, (_, subject) => {
      const { terms, counts, counterparties, first, last } = this.#accounts[subject] ?? freshAccount();
      const balance = { terms, counts, counterparties: counterparties.size, firstDay: first, lastDay: last };
      return scoreOf(this.#world.policy, balance, this.#world.now);
    });
  }
}

const freshAccount = (): Account => ({
  terms: kindsOf('MERCHANT').map(() => 0),
  counts: kindsOf('MERCHANT').map(() => 0),
  counterparties: new Set(),
  first: null,
  last: null,
});

function next(ranks: Map<string, number>, pair: string): number {
  const rank = ranks.get(pair) ?? 0;
  ranks.set(pair, rank + 1);
  return rank;
}

const BLANK = {
  counterparty: null,
  amount: null,
  currency: null,
  reliability: null,
  experience: null,
  isPurchase: true,
  pairRank: 0,
  isHeld: false,
  sign: 1,
} as const;
