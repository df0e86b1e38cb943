import type { CompiledPolicy } from '../scoring/compiled.ts';
import { decayed, term } from '../scoring/decay.ts';
import { badProbability } from '../scoring/grade.ts';
import { kindOf } from '../scoring/kinds.ts';
import type { Posting } from '../scoring/posting.ts';
import {
  applyToConsensus,
  applyToMean,
  applyToReviewer,
  assess,
  NEW_REVIEWER,
  NO_CONSENSUS,
  NO_REVIEWS,
  valenceOfRating,
  type ConsensusState,
  type Increment,
  type ReviewerState,
} from '../scoring/reliability.ts';
import { FreePraise } from './free-praise.ts';
import type { Rating } from './network.ts';

/** How to judge a network: the policy, and whether its prior's p0 is to be learnt from the network as it goes. */
export interface Judge {
  readonly policy: CompiledPolicy;
  readonly learnsPrior: boolean;
}

/** What is known of a rater when all is over. */
export interface Rater {
  readonly reviewer: ReviewerState;
  readonly first: number; // Unix seconds of its first rating
  readonly last: number;
}

export interface Replay {
  /** For each rating the probability that it is negative, from earlier ratings alone: of the ratee, whoever asks. */
  readonly predictions: readonly number[];
  readonly raters: ReadonlyMap<string, Rater>;
}

interface Account {
  readonly good: bigint;
  readonly bad: bigint;
}
const EMPTY: Account = { good: 0n, bad: 0n };

/** Runs the scoring core over ratings in order of time, as intake would one by one: predict, then learn. */
export function replay(ratings: readonly Rating[], judge: Judge): Replay {
  const accounts = new Map<string, Account>();
  const consensus = new Map<string, ConsensusState>();
  const raters = new Map<string, Rater>();
  const praise = new FreePraise<string>();
  const predictions: number[] = [];
  let mean = NO_REVIEWS;
  let good = 0;
  for (const each of ratings) {
    const at = Math.round(each.time * 1000);
    const account = accounts.get(each.to) ?? EMPTY;
    predictions.push(predict(judge, account, at, (good + 1) / (mean.count + 2)));

    const rater = raters.get(each.from) ?? { reviewer: NEW_REVIEWER, first: each.time, last: each.time };
    const opinion = consensus.get(each.to) ?? NO_CONSENSUS;
    const gained = assess(valenceOfRating(each.rating), rater.reviewer, opinion, mean, at);
    const reliability = praise.believed(gained.reliability, each.to, !isNegative(each), at);
    accounts.set(each.to, post(account, postingOf(each, { ...gained, reliability }, at), judge.policy));
    raters.set(each.from, { ...rater, reviewer: applyToReviewer(rater.reviewer, gained), last: each.time });
    consensus.set(each.to, applyToConsensus(opinion, gained));
    mean = applyToMean(mean, gained);
    if (!isNegative(each)) good += 1;
  }
  return { predictions, raters };
}

export const isNegative = ({ rating }: Rating): boolean => rating < 0;

function predict({ policy, learnsPrior }: Judge, { good, bad }: Account, at: number, share: number): number {
  const { k, p0 } = policy.document.prior;
  const p = learnsPrior ? share : p0;
  const badMass = policy.document.badWeight * decayed(Number(bad), 'bad', at, policy);
  return badProbability(
    { priorGood: k * p, priorBad: k * (1 - p) },
    decayed(Number(good), 'good', at, policy),
    badMass,
  );
}

/** A rating costs nothing, no order stands behind it, and each pair has but one. */
function postingOf(rating: Rating, gained: Increment, at: number): Posting {
  return {
    kind: kindOf('MERCHANT', isNegative(rating) ? 'RATING_NEGATIVE' : 'RATING_POSITIVE').code,
    occurredAt: at,
    counterparty: rating.from,
    amount: null,
    currency: null,
    reliability: gained.reliability,
    experience: gained.experience,
    isPurchase: false,
    pairRank: 0,
    isHeld: false,
    sign: 1,
  };
}

function post(account: Account, posting: Posting, policy: CompiledPolicy): Account {
  const added = term(posting, policy);
  return policy.rulesByCode[posting.kind]!.isBad
    ? { ...account, bad: account.bad + added }
    : { ...account, good: account.good + added };
}
