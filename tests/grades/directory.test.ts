import { describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW } from '../kit/events.ts';
import { orders, take } from './fixtures.ts';

const PAGE = `query ($first: Int, $after: String, $level: [GradeLevel!], $orderBy: MerchantOrder) {
  merchantDirectory(first: $first, after: $after, level: $level, orderBy: $orderBy) {
    nodes { externalId grade { level } rating { average } }
    pageInfo { hasNextPage hasPreviousPage endCursor } } }`;

interface Node {
  readonly externalId: string;
  readonly grade: { readonly level: string };
  readonly rating: { readonly average: number | null };
}

describe('the directory of merchants', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  const pageOf = async (variables: Record<string, unknown>) => {
    const { data, errors } = await api.ask(null, PAGE, variables);
    return errors ? errors[0]!.extensions['code'] : data.merchantDirectory;
  };
  /** All of the list, read in pages of this size. */
  const all = async (first: number, variables: Record<string, unknown> = {}): Promise<Node[]> => {
    const nodes: Node[] = [];
    for (let after: string | null = null; ;) {
      const page: { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string } } = await pageOf({
        first,
        after,
        ...variables,
      });
      nodes.push(...page.nodes);
      if (!page.pageInfo.hasNextPage) return nodes;
      expect(page.nodes).toHaveLength(first);
      after = page.pageInfo.endCursor;
    }
  };
  const names = (nodes: readonly Node[]) => nodes.map(({ externalId }) => externalId);

  it('has every merchant once, the most trusted first, those not rated last, whatever the size of its pages', async () => {
    const register = (externalId: string, name?: string) =>
      anEvent('merchant.registered', daysAgo(100), { externalId, ...(name !== undefined && { name }) });
    await take(db, [
      ...orders('bad', 20, { delivered: 4, promised: 1, stars: 1 }),
      ...orders('fair', 20),
      ...orders('best', 40, { stars: 5 }),
      ...orders('small', 3, { stars: 5 }),
      ...orders('tiny', 2),
      ...['idle-1', 'idle-2', 'idle-3'].map((id) => register(id, 'Idle')),
      register('last', '店'),
    ]);
    const listed = await all(100);

    expect(names(listed).slice(0, 3)).toEqual(['best', 'fair', 'bad']);
    expect(new Set(names(listed))).toEqual(
      new Set(['best', 'fair', 'bad', 'small', 'tiny', 'idle-1', 'idle-2', 'idle-3', 'last']),
    );
    expect(listed.slice(3).map(({ grade }) => grade.level)).toEqual(Array(6).fill('NOT_RATED'));
    for (const size of [1, 2, 3, 4, 5, 9]) expect(names(await all(size))).toEqual(names(listed));
  });

  it('goes by average of stars, those without reviews last', async () => {
    const listed = await all(100, { orderBy: 'RATING_DESC' });
    const averages = listed.map(({ rating }) => rating.average ?? -1);

    expect(averages).toEqual(averages.toSorted((a, b) => b - a));
    expect(names(listed)).toHaveLength(9);
    for (const size of [1, 2, 4]) expect(names(await all(size, { orderBy: 'RATING_DESC' }))).toEqual(names(listed));
  });

  it('goes by name, or by the id where there is none', async () => {
    const listed = await all(100, { orderBy: 'NAME' });
    const { rows } = await db.pool.query(
      'select external_id as id from merchant order by coalesce(name, external_id), id',
    );

    expect(names(listed)).toHaveLength(9);
    expect(new Set(names(listed))).toEqual(new Set(rows.map(({ id }) => id)));
    for (const size of [1, 2, 4]) expect(names(await all(size, { orderBy: 'NAME' }))).toEqual(names(listed));
  });

  it.each(['SCORE_DESC', 'RATING_DESC', 'NAME'])('by %s keeps to the levels that are asked for', async (orderBy) => {
    const levels = [...new Set((await all(100)).map(({ grade }) => grade.level))];
    expect(levels.length).toBeGreaterThan(2);
    const listed = await all(100, { orderBy });
    for (const level of levels) {
      const ofLevel = await all(2, { orderBy, level: [level] });
      expect(names(ofLevel)).toEqual(names(listed.filter(({ grade }) => grade.level === level)));
    }
    expect(names(await all(100, { orderBy, level: levels }))).toEqual(names(listed));
    expect(await all(100, { orderBy, level: [] })).toEqual([]);
  });

  it('refuses cursors of another order or of another list, and pages of no size', async () => {
    const { pageInfo } = await pageOf({ first: 1 });

    expect(await pageOf({ after: pageInfo.endCursor, orderBy: 'RATING_DESC' })).toBe('CURSOR_INVALID');
    expect(await pageOf({ after: pageInfo.endCursor, orderBy: 'NAME' })).toBe('CURSOR_INVALID');
    expect(await pageOf({ after: 'nonsense' })).toBe('CURSOR_INVALID');
    expect(await pageOf({ first: 0 })).toBe('FIRST_OUT_OF_RANGE');
    expect(await pageOf({ first: 101 })).toBe('FIRST_OUT_OF_RANGE');
  });
});
