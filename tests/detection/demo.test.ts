import { beforeAll, describe, expect, it } from 'vitest';
import { suspectMerchantOrders } from '../../src/detection/brushing.ts';
import { outcomeOf } from '../../src/detection/evidence.ts';
import { scan, type Scan } from '../../src/detection/scan.ts';
import { suspect } from '../../src/detection/suspect.ts';
import { demoEvents, demoTruth } from '../../src/demo/demo.ts';
import { contextsOf } from '../../src/simulate/contexts.ts';
import { marketOf } from '../../src/simulate/market.ts';
import { orderColumnsOf, reviewColumnsOf, type NamedReviews } from '../../src/simulate/market-columns.ts';

const until = Date.UTC(2026, 8, 1);
const BRUSHER = 'm-0005'; // by whatever seed: src/demo/README.md
const truthOf = (options: Parameters<typeof demoTruth>[0]) =>
  demoTruth(options).campaigns.find(({ name }) => name === 'BRUSHING')!;

describe('suspectMerchantOrders', () => {
  it('finds the brushing shops of twenty markets, hardly anybody else, and the staged orders', () => {
    const seen = { shops: 0, found: 0, wrongly: 0, orders: 0, staged: 0, proven: 0 };
    for (let seed = 1; seed <= 20; seed++) {
      const options = { seed, until, scale: 0.1 };
      const market = marketOf(demoEvents(options));
      const { columns, merchants } = orderColumnsOf(market);
      seen.shops++;
      const staged = seed > 3 ? null : new Set(truthOf(options).orders); // the truth is told anew each time, which is slow
      for (const { merchant, outcome, orders, proven } of suspectMerchantOrders(columns)) {
        if (outcome !== 'VOID_PROPOSED') continue;
        seen[merchants[merchant] === BRUSHER ? 'found' : 'wrongly']++;
        if (!staged) continue;
        seen.orders += orders.length;
        seen.proven += proven.length;
        expect(proven.filter((row) => !staged.has(market.deals[row]!.order))).toEqual([]);
        seen.staged += orders.filter((row) => staged.has(market.deals[row]!.order)).length;
      }
    }
    expect(truthOf({ seed: 20, until, scale: 0.1 }).merchants).toEqual([BRUSHER]);
    expect(seen.found / seen.shops).toBeGreaterThanOrEqual(0.9);
    expect(seen.found / (seen.found + seen.wrongly)).toBeGreaterThanOrEqual(0.95);
    expect(seen.staged / seen.orders).toBeGreaterThanOrEqual(0.95);
    expect(seen.proven).toBeGreaterThan(0);
  }, 60_000);

  it('has nothing against shops of a platform that tells of no carrier', () => {
    const { columns } = orderColumnsOf(marketOf(demoEvents({ seed: 1, until, scale: 0.2 })));
    const untold = { ...columns, isTracked: columns.isTracked.map(() => 0) };
    const codes = suspectMerchantOrders(untold).flatMap(({ evidence }) =>
      evidence.filter(({ logLikelihoodRatio }) => logLikelihoodRatio > 0).map(({ code }) => code),
    );
    expect(codes).not.toContain('NO_CARRIER');
  });

  it('counts money that went back outside, and takes no orders at all', () => {
    const { columns } = orderColumnsOf(marketOf(demoEvents({ seed: 1, until, scale: 0.2 })));
    const isPaidBackOutside = columns.merchants.map((merchant) => (merchant === 3 ? 1 : 0));
    const first = suspectMerchantOrders({ ...columns, isPaidBackOutside: Uint8Array.from(isPaidBackOutside) }).find(
      ({ merchant }) => merchant === 3,
    );
    expect(first?.evidence.map(({ code }) => code)).toContain('PAID_BACK_OUTSIDE');
    const none = { ...columns, merchants: new Int32Array(), buyers: new Int32Array(), placedAt: new Float64Array() };
    expect(suspectMerchantOrders({ ...none, merchantCount: 0 })).toEqual([]);
  });
});

describe('the demo market', () => {
  const options = { seed: 401, until, scale: 0.3 };
  const schemes = new Map<string, string>();
  let reviews: NamedReviews;
  let stage1: Map<string, ReturnType<typeof suspect>>;
  let found: Scan;
  beforeAll(() => {
    const market = marketOf(demoEvents(options));
    for (const each of demoTruth(options).campaigns) for (const id of each.reviews) schemes.set(id, each.name);
    reviews = reviewColumnsOf(market);
    stage1 = new Map(contextsOf(market).map(({ deal, context }) => [deal.review!.id, suspect(context)]));
    found = scan(reviews.columns, {
      knownSince: reviews.knownSince,
      known: (row) => stage1.get(reviews.reviewed[row]!.review!.id)!,
    });
  });
  const idOf = (row: number): string => reviews.reviewed[row]!.review!.id;
  const shareOf = (scheme: string | undefined, ids: Iterable<string>): number => {
    const all = reviews.reviewed.filter(({ review }) => schemes.get(review!.id) === scheme).length;
    return [...ids].filter((id) => schemes.get(id) === scheme).length / all;
  };

  it('has its ring found as it comes in, and whole when looked back on', () => {
    const atOnce = [...stage1].filter(([, rows]) => outcomeOf(rows) !== 'COUNTED').map(([id]) => id);
    expect(shareOf('RING', atOnce)).toBeGreaterThan(0.8);
    const doubted = found.suspicions.filter(({ outcome }) => outcome === 'VOID_PROPOSED').map(({ row }) => idOf(row));
    expect(shareOf('RING', doubted)).toBeGreaterThan(0.95);
    expect(found.rings[0]!.targets).toHaveLength(6);
    expect(found.rings[0]!.members.length).toBeGreaterThanOrEqual(23);
  });

  it('has its slander held', () => {
    const doubted = found.suspicions.filter(({ outcome }) => outcome !== 'COUNTED').map(({ row }) => idOf(row));
    expect(shareOf('SLANDER', doubted)).toBeGreaterThan(0.9);
  });

  it('has hardly an honest review held, and none voided', () => {
    const doubted = found.suspicions.filter(({ outcome }) => outcome !== 'COUNTED');
    expect(
      shareOf(
        undefined,
        doubted.map(({ row }) => idOf(row)),
      ),
    ).toBeLessThan(0.01);
    const voided = doubted.filter(({ outcome }) => outcome === 'VOID_PROPOSED').map(({ row }) => idOf(row));
    expect(shareOf(undefined, voided)).toBe(0);
    const atOnce = [...stage1].filter(([, rows]) => outcomeOf(rows) !== 'COUNTED').map(([id]) => id);
    expect(shareOf(undefined, atOnce)).toBeLessThan(0.01);
  });
});
