import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CO_REVIEW, coReviewEdges } from '../../src/detection/co-review.ts';
import { groupBy } from '../../src/detection/columns.ts';
import { componentsOf, coreOf } from '../../src/detection/components.ts';
import { denseBlocks } from '../../src/detection/dense-blocks.ts';
import { reliabilitiesOf, reweighingsOf } from '../../src/detection/reweigh.ts';
import { ringsOf } from '../../src/detection/rings.ts';
import { scan } from '../../src/detection/scan.ts';
import { chance, columnsOf, DAY, ordinaryRows, type Row } from './kit.ts';

const market = (seed: number): Row[] => ordinaryRows(chance(seed), 400, 60, 3000);
/** Members 400 to 409 at five shops of 60 to 64, a wave of two days each. */
const ring: Row[] = [0, 1, 2, 3, 4].flatMap((shop) =>
  Array.from({ length: 10 }, (_, i): Row => [400 + i, 60 + shop, -90 + 15 * shop + 0.2 * i]),
);

/** Two hundred others, each with four subjects of its own. */
const others: Row[] = Array.from({ length: 800 }, (_, i) => [10 + (i % 200), 10 + i, -i / 2]);

describe('coReviewEdges', () => {
  it('joins those who share three subjects within a fortnight each', () => {
    const together: Row[] = [0, 1, 2].flatMap((shop): Row[] => [
      [0, shop, -60 + 20 * shop],
      [1, shop, -50 + 20 * shop],
      [2, shop, -40 + 20 * shop], // 20 days after the first
    ]);
    expect([...coReviewEdges(columnsOf([...others, ...together]))]).toEqual([0, 1, 1, 2]);
  });

  it('joins nobody for praise where the other blames, for one subject thrice, or for what is shared with everybody', () => {
    const rows = (stars: (reviewer: number) => number, subject: (i: number) => number): Row[] =>
      [0, 1, 2].flatMap((i) => [0, 1].map((reviewer): Row => [reviewer, subject(i), -30 + i, stars(reviewer)]));
    expect(
      coReviewEdges(
        columnsOf([
          ...others,
          ...rows(
            (who) => (who === 0 ? 5 : 1),
            (i) => i,
          ),
        ]),
      ),
    ).toHaveLength(0);
    expect(
      coReviewEdges(
        columnsOf([
          ...others,
          ...rows(
            () => 5,
            () => 1,
          ),
        ]),
      ),
    ).toHaveLength(0);
    const everybody: Row[] = [0, 1, 2].flatMap((shop) =>
      Array.from({ length: 30 }, (_, who): Row => [who, shop, -30 + who / 10]),
    );
    expect(coReviewEdges(columnsOf(everybody))).toHaveLength(0);
  });

  it('joins who share a tenth of all that they reviewed, whenever that was', () => {
    const shared: Row[] = [0, 1, 2, 3, 4].flatMap((shop): Row[] => [
      [0, shop, -700 + shop],
      [1, shop, -20 * shop],
    ]);
    expect([...coReviewEdges(columnsOf([...others, ...shared]))]).toEqual([0, 1]);
    expect(coReviewEdges(columnsOf([...others, ...shared.slice(0, 8)]))).toHaveLength(0);
  });

  it('looks at a bounded number of neighbours at a hub', () => {
    const hub: Row[] = Array.from({ length: 30_000 }, (_, i) => [i % 10_000, i % 3, -i / 1e6]);
    const startedAt = performance.now();
    coReviewEdges(columnsOf(hub));
    expect(performance.now() - startedAt).toBeLessThan(3000); // all pairs would be 150 million a subject
  });
});

describe('ringsOf', () => {
  it('finds a ring, whole and nobody else, with its targets', () => {
    const { rings, ringOf, fellows } = ringsOf(columnsOf([...market(1), ...ring]));
    expect(rings).toHaveLength(1);
    expect(rings[0]).toEqual({
      members: Array.from({ length: 10 }, (_, i) => 400 + i),
      targets: expect.toSatisfy((targets: number[]) => targets.toSorted((a, b) => a - b).join() === '60,61,62,63,64'),
      density: 1,
    });
    expect(ringOf.filter((of) => of >= 0)).toHaveLength(10);
    expect(Math.max(...fellows)).toBe(9);
  });

  it('finds none in ordinary markets', () => {
    for (const seed of [2, 3, 4]) expect(ringsOf(columnsOf(market(seed))).rings).toEqual([]);
  });

  it('finds the ring that hides in a looser crowd', () => {
    const random = chance(5);
    const regulars: Row[] = Array.from({ length: 150 }, (_, i): Row => [
      410 + Math.floor(30 * random()),
      60 + (i % 8),
      -80 + 60 * random(),
    ]);
    const { rings } = ringsOf(columnsOf([...market(1), ...ring, ...regulars]));
    expect(rings.some(({ members }) => ring.every(([member]) => members.includes(member)))).toBe(true);
  });
});

describe('componentsOf and coreOf', () => {
  it('agree with a plain search', () => {
    const edges = fc.array(fc.tuple(fc.nat(14), fc.nat(14)), { maxLength: 25 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const groups = componentsOf(Int32Array.from(pairs.flat()), 15).map((each) => new Set(each));
        const isTogether = (a: number, b: number) => groups.some((group) => group.has(a) && group.has(b));
        expect(pairs.every(([a, b]) => a === b || isTogether(a, b))).toBe(true);
        const members = groups.flatMap((group) => [...group]);
        expect(new Set(members).size).toBe(members.length);
      }),
    );
  });

  it('takes chains and pendants away', () => {
    const triangleWithTail = Int32Array.from([0, 1, 1, 2, 2, 0, 2, 3, 3, 4]);
    expect([...coreOf(triangleWithTail, 5, 2)]).toEqual([0, 1, 1, 2, 2, 0]);
    expect(coreOf(triangleWithTail, 5, 3)).toHaveLength(0);
  });
});

describe('denseBlocks', () => {
  const random = chance(9);
  const background = Array.from({ length: 1500 }, () => [Math.floor(500 * random()), Math.floor(200 * random())]);
  const block = (row: number, column: number, rows: number, columns: number) =>
    Array.from({ length: rows * columns }, (_, i) => [row + (i % rows), column + Math.floor(i / rows)]);
  const graphOf = (edges: number[][]) => ({
    rows: Int32Array.from(edges, ([row]) => row!),
    columns: Int32Array.from(edges, ([, column]) => column!),
    rowCount: 600,
    columnCount: 250,
  });

  it('finds planted blocks one after the other, the densest first', () => {
    const graph = graphOf([...background, ...block(500, 200, 40, 12), ...block(550, 220, 20, 8)]);
    const found = denseBlocks(graph, 2);
    expect(found.map(({ rows, columns }) => [rows.length, columns.length])).toEqual([
      [40, 12],
      [20, 8],
    ]);
    expect(found[0]!.rows[0]).toBe(500);
    expect(found[0]!.density).toBeCloseTo((40 * 12) / Math.log(45) / 52, 6);
  });

  it('is not deceived by popular columns', () => {
    const popular = Array.from({ length: 490 }, (_, row) => [row, 240]);
    const [found] = denseBlocks(graphOf([...background, ...popular, ...block(500, 200, 40, 12)]), 1);
    expect(found!.columns).not.toContain(240);
  });

  it('has nothing of an empty graph and stops at the least density', () => {
    expect(denseBlocks(graphOf([]))).toEqual([]);
    expect(denseBlocks(graphOf(background), 10, 5)).toEqual([]);
  });
});

describe('reliabilitiesOf', () => {
  it('proposes to re-weigh what counts for more or less than its author’s record would have it', () => {
    const columns = columnsOf([...market(1), ...ring]);
    const reliabilities = reliabilitiesOf(columns);
    const stored = reliabilities.before.slice();
    expect(reweighingsOf(reliabilities, stored)).toEqual([]);
    stored[7]! -= 0.3;
    stored[9]! += 0.2;
    stored[11]! += 0.05;
    expect(reweighingsOf(reliabilities, stored).map(({ row }) => row)).toEqual([7, 9]);
  });

  it('learns nothing from reviews that are skipped', () => {
    const columns = columnsOf(market(1));
    const { after } = reliabilitiesOf(columns, new Uint8Array(columns.times.length).fill(1));
    expect(new Set(after)).toEqual(new Set([Math.fround(0.8)]));
  });
});

describe('scan', () => {
  const slander: Row[] = Array.from({ length: 20 }, (_, i): Row => [420 + i, 3, -30 + i / 5, 1]);

  it('suspects the ring with evidence of two families, and proposes to void it', () => {
    const columns = columnsOf([...market(1), ...ring]);
    const { suspicions, rings } = scan(columns);
    const found = suspicions.filter(({ row }) => columns.reviewers[row]! >= 400);
    expect(found).toHaveLength(50);
    expect(found.every(({ outcome }) => outcome === 'VOID_PROPOSED')).toBe(true);
    expect(new Set(found.flatMap(({ evidence }) => evidence.map(({ family }) => family))).size).toBeGreaterThan(1);
    expect(rings).toHaveLength(1);
  });

  it('holds a slander by newcomers, and does not void it: it is behaviour alone', () => {
    const columns = columnsOf([...market(1), ...slander]);
    const found = scan(columns).suspicions.filter(({ row }) => columns.reviewers[row]! >= 420);
    expect(found).toHaveLength(20);
    expect(found.every(({ outcome }) => outcome === 'HELD')).toBe(true);
  });

  it('leaves an ordinary market alone, a sale in it too', () => {
    const random = chance(8);
    const sale: Row[] = Array.from({ length: 60 }, () => [Math.floor(400 * random()), 30, -100 + 4 * random()]);
    const { suspicions } = scan(columnsOf([...market(1), ...sale]));
    expect(suspicions.filter(({ outcome }) => outcome === 'VOID_PROPOSED')).toEqual([]);
    expect(suspicions.filter(({ outcome }) => outcome === 'HELD').length).toBeLessThan(30);
  });

  it('adds what stage 1 knew', () => {
    const columns = columnsOf(market(1));
    const known = { family: 'TEXT', code: 'NEAR_DUPLICATE', observed: 1, expected: 0, detail: {} } as const;
    const { suspicions } = scan(columns, { known: (row) => (row === 5 ? [{ ...known, logLikelihoodRatio: 9 }] : []) });
    expect(suspicions.find(({ row }) => row === 5)?.evidence).toContainEqual({ ...known, logLikelihoodRatio: 9 });
  });

  it('is the same each time', () => {
    const columns = columnsOf([...market(1), ...ring, ...slander]);
    expect(scan(columns)).toEqual(scan(columns));
  });

  it('takes an empty history, and refuses columns that do not fit', () => {
    const empty = columnsOf([]);
    expect(scan(empty)).toMatchObject({ suspicions: [], rings: [], blocks: [] });
    const columns = columnsOf(market(1));
    expect(() => scan({ ...columns, times: columns.times.toReversed() })).toThrow('earlier than the one before');
    expect(() => scan({ ...columns, reviewerCount: 10 })).toThrow('reviewer out of range');
    expect(() => scan({ ...columns, valences: new Int8Array(3) })).toThrow('one length');
  });
});

it('groupBy keeps the order within each owner', () => {
  const { starts, rows } = groupBy(Int32Array.from([2, 0, 2, 1, 0]), 4, Uint8Array.from([1, 1, 1, 0, 1]));
  expect([[...starts], [...rows]]).toEqual([
    [0, 2, 2, 4, 4],
    [1, 4, 0, 2],
  ]);
  expect(CO_REVIEW.togetherDays * DAY).toBe(14 * DAY);
});
