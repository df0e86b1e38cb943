import { readFileSync } from 'node:fs';
import { causelessness, causelessOf } from '../../src/detection/causeless.ts';
import type { ReviewColumns } from '../../src/detection/columns.ts';
import { demoEvents, demoTruth } from '../../src/demo/demo.ts';
import { marketOf } from '../../src/simulate/market.ts';
import { Names, reviewColumnsOf } from '../../src/simulate/market-columns.ts';

/** Steps of the default weights: how strange blame is, −log10 of the chance. */
export const STEPS: readonly number[] = [2, 3, 5];

/** How many reviews there are of a sort, and how many of them reach each step. */
export type Reached = readonly [reviews: number, ...reached: number[]];

const reachedIn = (surprises: readonly number[]): Reached => [
  surprises.length,
  ...STEPS.map((step) => surprises.filter((each) => each >= step).length),
];

/** Of made-up markets, by what is behind the reviews; of their last days only, if so many are given. */
export function reachedInDemos(seeds: readonly number[], until: number, days: number): Map<string, Reached> {
  const surprises = new Map<string, number[]>();
  for (const seed of seeds) {
    const options = { seed, until, scale: 0.3 };
    const names = new Map(
      demoTruth(options).campaigns.flatMap(({ name, reviews }) => reviews.map((id) => [id, name] as const)),
    );
    const market = marketOf(demoEvents(options));
    const deals = market.deals.filter(({ review }) => review && review.at >= until - days * 86_400_000);
    const { columns, reviewed } = reviewColumnsOf({ ...market, deals });
    const causeless = causelessOf(columns);
    for (const [row, { review }] of reviewed.entries()) {
      const name = names.get(review!.id) ?? 'honest';
      const known = surprises.get(name) ?? [];
      surprises.set(name, known);
      known.push(causelessness(columns, causeless, row));
    }
  }
  return new Map([...surprises].map(([name, all]) => [name, reachedIn(all)]));
}

/** Of real orders: how many merchants reach each step, though their marketplace is told of delays alone. */
export function reachedByMerchants(file: string): Reached {
  const columns = readOrders(file);
  return reachedIn([...causelessOf(columns).surprise]);
}

/** Delivered and reviewed orders of Olist's file, one row an order; no field of it is quoted. */
function readOrders(file: string): ReviewColumns {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const names = head.split(',');
  const rows = lines
    .map((line) => line.split(','))
    .map((cells) => (name: string) => cells[names.indexOf(name)] ?? '')
    .filter((cell) => cell('order_status') === 'delivered' && cell('review_score') !== '')
    .toSorted((one, other) => (one('review_creation_date') < other('review_creation_date') ? -1 : 1));
  const sellers = new Names();
  const columns = {
    reviewers: Int32Array.from(rows, (_, row) => row),
    subjects: Int32Array.from(rows, (cell) => sellers.of(cell('seller_id'))),
    times: Float64Array.from(rows, (cell) => Date.parse(cell('review_creation_date'))),
    valences: Int8Array.from(rows, (cell) => (Number(cell('review_score')) - 3) * 50),
    wentWell: Uint8Array.from(rows, (cell) => (isLate(cell) ? 0 : 1)),
  };
  return { ...columns, reviewerCount: rows.length, subjectCount: sellers.names.length };
}

/** Delivered after the promised day, or handed over after the limit; instants of one form, so that texts compare. */
const isLate = (cell: (name: string) => string): boolean =>
  cell('order_delivered_customer_date') > cell('order_estimated_delivery_date') ||
  (cell('ship_limit') !== '' && cell('order_delivered_carrier_date') > cell('ship_limit'));
