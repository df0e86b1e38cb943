import fc from 'fast-check';
import { connectionFromArray } from 'graphql-relay';
import { beforeAll, describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { insertReviews, someParties } from './fixtures.ts';

const PAGE = `query ($first: Int, $after: String, $last: Int, $before: String, $stars: [Int!], $status: ReviewStatus) {
  merchant(externalId: "m") { reviews(first: $first, after: $after, last: $last, before: $before, stars: $stars, status: $status) {
    edges { cursor node { id } } nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;

/** Another author's account of what a page is. */
const relay = (ids: readonly string[], { after, before, ...args }: Args) => {
  const cursorAt = (index: number | undefined) =>
    index !== undefined && { cursor: connectionFromArray([...ids], {}).edges[index]!.cursor };
  const [a, b] = [cursorAt(after), cursorAt(before)];
  return connectionFromArray([...ids], { ...args, ...(a && { after: a.cursor }), ...(b && { before: b.cursor }) });
};
interface Args {
  readonly first?: number;
  readonly last?: number;
  readonly after?: number; // index in the list
  readonly before?: number;
}

describe('reviews, page by page', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  /** Newest first; some of one instant, in 3 statuses. */
  let rows: { id: string; stars: number; status: string; at: number }[];
  const pageOf = async (variables: Record<string, unknown>) => {
    const { data, errors } = await api.ask('ADMIN', PAGE, variables);
    return errors ? errors[0]!.extensions['code'] : data.merchant.reviews;
  };

  beforeAll(async () => {
    const { merchantId, authorId, otherMerchantId } = await someParties(db);
    const made = Array.from({ length: 30 }, (_, i) => ({
      merchantId,
      authorId,
      stars: 1 + (i % 5),
      status: ['COUNTED', 'UNVERIFIED', 'HELD'][i % 3]!,
      occurredAt: NOW - Math.floor(i / 4) * 1000,
    }));
    const ids = await insertReviews(db, made);
    await insertReviews(db, [{ merchantId: otherMerchantId, authorId }]);
    rows = made
      .map(({ stars, status, occurredAt }, i) => ({ id: ids[i]!, stars, status, at: occurredAt }))
      .toReversed() // of one instant, what was taken in last comes first
      .toSorted((a, b) => b.at - a.at);
  });

  it('has the pages that the specification demands, forwards and backwards', async () => {
    const index = fc.nat({ max: 29 });
    const anArgument = fc.record(
      { first: fc.integer({ min: 1, max: 35 }), last: fc.integer({ min: 1, max: 35 }), after: index, before: index },
      { requiredKeys: [] },
    );
    const { edges } = await pageOf({ first: 100 });
    expect(edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual(rows.map(({ id }) => id));
    const cursorAt = (i: number | undefined) => (i === undefined ? undefined : edges[i].cursor);

    await fc.assert(
      fc.asyncProperty(anArgument, async ({ first, last, after, before }) => {
        fc.pre((first === undefined) !== (last === undefined)); // of both or none, the specification leaves much open
        const page = await pageOf({ first, last, after: cursorAt(after), before: cursorAt(before) });
        const args = { first, last, after, before } as Args;
        const expected = relay(
          rows.map(({ id }) => id),
          args,
        );

        const ids = page.edges.map(({ node }: { node: { id: string } }) => node.id);
        expect(ids).toEqual(expected.edges.map(({ node }) => node));
        expect(page.nodes.map(({ id }: { id: string }) => id)).toEqual(ids);
        const ahead = first === undefined ? 'hasPreviousPage' : 'hasNextPage';
        expect(page.pageInfo[ahead]).toBe(expected.pageInfo[ahead]);
        expect(page.pageInfo.startCursor).toBe(page.edges[0]?.cursor ?? null);
        expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor ?? null);
      }),
      { numRuns: 150 },
    );
  });

  it('has the stars and the status that are asked for', async () => {
    const idsOf = async (variables: Record<string, unknown>) =>
      (await pageOf({ first: 100, ...variables })).nodes.map(({ id }: { id: string }) => id);
    const where = (is: (row: (typeof rows)[number]) => boolean) => rows.filter(is).map(({ id }) => id);

    expect(await idsOf({ stars: [1, 5, 5] })).toEqual(where(({ stars }) => stars === 1 || stars === 5));
    expect(await idsOf({ stars: [] })).toEqual([]);
    expect(await idsOf({ status: 'HELD', stars: [3] })).toEqual(
      where(({ stars, status }) => stars === 3 && status === 'HELD'),
    );
  });

  it('refuses what makes no sense', async () => {
    expect(await pageOf({ first: 1, last: 1 })).toBe('FIRST_AND_LAST');
    expect(await pageOf({ last: 101 })).toBe('LAST_OUT_OF_RANGE');
    expect(await pageOf({ after: 'MTIz' })).toBe('CURSOR_INVALID');
    expect(await pageOf({ stars: [6] })).toBe('STARS_OUT_OF_RANGE');
    expect(await pageOf({ stars: [99_999] })).toBe('STARS_OUT_OF_RANGE');
  });
});
