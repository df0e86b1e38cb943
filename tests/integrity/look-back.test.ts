import { describe, expect, it } from 'vitest';
import { DEFAULT_LLRS } from '../../src/detection/llr-default.ts';
import { lookBackApart } from '../../src/integrity/look-back-apart.ts';
import { lookBack, type LookBack } from '../../src/integrity/look-back.ts';
import { chance, columnsOf, ordinaryRows, type Row } from '../detection/kit.ts';

const [REVIEWERS, SUBJECTS, REVIEWS] = [2_000, 300, 15_000];
const RING = Array.from({ length: 10 }, (_, member): Row[] =>
  Array.from({ length: 6 }, (_each, target): Row => [REVIEWERS + member, SUBJECTS + target, 40 + (target % 3)]),
).flat();

const [none, nothing] = [new Int32Array(0), new Float64Array(0)];
const NO_ORDERS: LookBack['orders'] = {
  merchants: none,
  buyers: none,
  products: none,
  devices: none,
  payments: none,
  addresses: none,
  amounts: nothing,
  placedAt: nothing,
  deliveredAt: nothing,
  isTracked: new Uint8Array(0),
  isPaidBackOutside: new Uint8Array(0),
  merchantCount: 0,
  buyerCount: 0,
};

function aMarket(): LookBack {
  const reviews = columnsOf([...ordinaryRows(chance(1), REVIEWERS, SUBJECTS, REVIEWS), ...RING]);
  return {
    reviews,
    knownSince: new Float64Array(reviews.reviewerCount).fill(Number.NaN),
    isVoided: new Uint8Array(reviews.times.length),
    weights: new Float64Array(reviews.times.length).fill(Number.NaN),
    orders: NO_ORDERS,
    table: DEFAULT_LLRS,
    baseRate: 0.05,
    from: 0.3,
    standings: new Uint8Array(reviews.times.length).fill(2),
    until: Infinity,
  };
}

describe('looking back in a thread of its own', () => {
  it('sees the same as in this one, which has its turn meanwhile', async () => {
    const market = aMarket();
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const { seconds, ...seen } = await lookBackApart(market);
    clearInterval(timer);
    const { seconds: _, ...expected } = lookBack(market);

    expect(seen.rings.length).toBeGreaterThan(0);
    expect(seen).toEqual(expected);
    expect(turns).toBeGreaterThan((seconds * 1000) / 20);
  });

  it('ends when it is told to', async () => {
    await expect(lookBackApart(aMarket(), AbortSignal.timeout(20))).rejects.toThrow(/aborted/);
  });

  it('tells what went wrong there', async () => {
    const market = aMarket();
    market.reviews.subjects[7] = -1;

    await expect(lookBackApart(market)).rejects.toThrow(RangeError);
  });
});
