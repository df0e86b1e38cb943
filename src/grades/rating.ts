import type { Call } from '../access/call.ts';
import { averageStars, DIMENSIONS } from '../evidence/book.ts';
import { startOf } from '../evidence/fold.ts';
import type { MerchantRow } from '../merchants/merchants.schema.ts';
import type { ProductRow } from '../products/products.schema.ts';
import { cardOf, tallyOf } from './balances.loaders.ts';
import type { CardRow } from './balances.queries.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import { pastInstant } from './instants.ts';
import { policyInForce, recentRules, type ActivePolicy, type ActiveRules } from './policies.loaders.ts';
import { ratingsAfter, ratingUpTo, type RatingRow } from './ratings.queries.ts';

const NO_RATING: RatingRow = {
  stars: [0, 0, 0, 0, 0],
  verified: 0,
  excluded: 0,
  dimensionCounts: [0, 0, 0],
  dimensionSums: [0, 0, 0],
};

/** What shoppers see. Counted reviews only; what was left out is counted too, so that nothing drops silently. */
export interface Rating {
  readonly average: number | null;
  readonly count: number;
  readonly verifiedCount: number;
  readonly excludedCount: number;
  readonly distribution: Awaitable<readonly number[]>;
  readonly dimensions: Awaitable<readonly Dimension[]>;
  readonly jsonLd: Readonly<Record<string, unknown>>;
}
interface Dimension {
  readonly key: string;
  readonly average: number | null;
  readonly count: number;
}

export function ratingOf(call: Call, subject: MerchantRow | ProductRow, asOf?: Date | null): Awaitable<Rating> {
  const at = pastInstant('asOf', asOf, call.now);
  const rules = recentRules(call);
  return rules instanceof Promise
    ? rules.then((known) => ratingUnder(known, call, subject, asOf != null, at))
    : ratingUnder(rules, call, subject, asOf != null, at);
}

function ratingUnder(
  { policies }: ActiveRules,
  call: Call,
  subject: MerchantRow | ProductRow,
  isPast: boolean,
  at: number,
): Awaitable<Rating> {
  const policy = policyInForce(policies, subject.kind, null, call.now);
  if (isPast) return ratingThen(call, subject, policy, at);
  const card = cardOf(call, subject, policy);
  return card instanceof Promise
    ? card.then((found) => ratingBy(call, subject, policy, found))
    : ratingBy(call, subject, policy, card);
}

const ratingBy = (call: Call, subject: MerchantRow | ProductRow, policy: ActivePolicy, card: CardRow | null): Rating =>
  card === null ? ratingFrom(subject, NO_RATING) : new CurrentRating(call, subject, policy, card);

async function ratingThen(
  call: Call,
  subject: MerchantRow | ProductRow,
  policy: ActivePolicy,
  at: number,
): Promise<Rating> {
  const tally = await tallyOf(call, subject.id, policy);
  if (tally === null) return ratingFrom(subject, NO_RATING);
  return ratingFrom(subject, await pastRating(call, subject, at, startOf(tally.firstDay) ?? at));
}

/** What a storefront shows is at hand; the rest is read when it is asked for. */
class CurrentRating implements Rating {
  readonly average: number | null;
  readonly count: number;
  readonly verifiedCount: number;
  readonly excludedCount: number;
  readonly #call: Call;
  readonly #subject: MerchantRow | ProductRow;
  readonly #policy: ActivePolicy;

  constructor(call: Call, subject: MerchantRow | ProductRow, policy: ActivePolicy, card: CardRow) {
    this.average = card.average;
    this.count = card.reviews;
    this.verifiedCount = card.verified;
    this.excludedCount = card.excluded;
    this.#call = call;
    this.#subject = subject;
    this.#policy = policy;
  }

  async #whole(): Promise<RatingRow> {
    return (await tallyOf(this.#call, this.#subject.id, this.#policy)) ?? NO_RATING;
  }

  get distribution(): Promise<readonly number[]> {
    return this.#whole().then(({ stars }) => stars);
  }

  get dimensions(): Promise<readonly Dimension[]> {
    return this.#whole().then(dimensionsIn);
  }

  get jsonLd(): Readonly<Record<string, unknown>> {
    return jsonLdOf(this.#subject, this.average, this.count);
  }
}

/** Counted from whichever end is nearer: what was written by then, or all but what was written since. */
async function pastRating(
  { sql, now }: Call,
  subject: MerchantRow | ProductRow,
  asOf: number,
  since: number,
): Promise<RatingRow> {
  const rated =
    subject.__typename === 'Merchant'
      ? { merchantId: subject.id, productId: null }
      : { merchantId: subject.merchantId, productId: subject.id };
  const found = asOf - since > now - asOf ? await ratingsAfter(sql, rated, asOf) : null;
  return found ? without(found.all, found.later) : ratingUpTo(sql, rated, asOf);
}

function without(all: RatingRow, later: RatingRow): RatingRow {
  const minus = (a: readonly number[], b: readonly number[]) => a.map((each, i) => each - b[i]!);
  return {
    stars: minus(all.stars, later.stars),
    verified: all.verified - later.verified,
    excluded: all.excluded - later.excluded,
    dimensionCounts: minus(all.dimensionCounts, later.dimensionCounts),
    dimensionSums: minus(all.dimensionSums, later.dimensionSums),
  };
}

function ratingFrom(subject: MerchantRow | ProductRow, row: RatingRow): Rating {
  const average = averageStars({ stars: [...row.stars] });
  const count = row.stars.reduce((sum, each) => sum + each, 0);
  return {
    average,
    count,
    distribution: row.stars,
    verifiedCount: row.verified,
    excludedCount: row.excluded,
    dimensions: dimensionsIn(row),
    jsonLd: jsonLdOf(subject, average, count),
  };
}

const dimensionsIn = ({ dimensionCounts, dimensionSums }: RatingRow): readonly Dimension[] =>
  DIMENSIONS.map((key, i) => {
    const count = dimensionCounts[i]!;
    return { key, average: count === 0 ? null : dimensionSums[i]! / count, count };
  });

/** https://schema.org/AggregateRating. Without reviews it says so, and gives no value. */
const jsonLdOf = (subject: MerchantRow | ProductRow, average: number | null, count: number) => ({
  '@context': 'https://schema.org',
  '@type': 'AggregateRating',
  itemReviewed: {
    '@type': subject.__typename === 'Merchant' ? 'Organization' : 'Product',
    name: subject.name ?? subject.externalId,
  },
  ...(average !== null && { ratingValue: average }),
  reviewCount: count,
  bestRating: 5,
  worstRating: 1,
});
