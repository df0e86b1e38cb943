import fc from 'fast-check';
import { connectionFromArray, offsetToCursor } from 'graphql-relay';
import { describe, expect, it } from 'vitest';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../../src/kernel/page.ts';

const cursorOf = (row: number): string => Buffer.from(JSON.stringify([row])).toString('base64url');

/** A room's list of the numbers below `count`, fetched as `Page` says. */
function listOf(count: number, args: PageArguments): Connection<number> {
  const page = pageOf(args, ['number']);
  const [after, before] = [(page.after?.[0] ?? -1) as number, (page.before?.[0] ?? count) as number];
  const found = Array.from({ length: count }, (_, row) => row).filter((row) => row > after && row < before);
  return connectionOf((page.backwards ? found.toReversed() : found).slice(0, page.size + 1), page, (row) => [row]);
}

const refusal = (code: string) => expect.objectContaining({ kind: 'INVALID', code });

describe('a page', () => {
  it('holds what the Relay reference implementation would give', () => {
    const aList = fc.integer({ min: 0, max: 12 }).chain((count) => {
      const row = fc.option(fc.integer({ min: 0, max: Math.max(0, count - 1) }), { nil: null });
      const size = fc.integer({ min: 1, max: 8 });
      return fc.record({
        count: fc.constant(count),
        after: count > 0 ? row : fc.constant(null),
        before: count > 0 ? row : fc.constant(null),
        either: fc.oneof(fc.record({ first: size }), fc.record({ last: size })),
      });
    });
    fc.assert(
      fc.property(aList, ({ count, after, before, either }) => {
        const ours = listOf(count, {
          ...either,
          after: after === null ? null : cursorOf(after),
          before: before === null ? null : cursorOf(before),
        });
        const theirs = connectionFromArray(
          Array.from({ length: count }, (_, each) => each),
          {
            ...either,
            after: after === null ? null : offsetToCursor(after),
            before: before === null ? null : offsetToCursor(before),
          },
        );
        expect(ours.nodes).toEqual(theirs.edges.map(({ node }) => node));
        const isMore = 'first' in either ? 'hasNextPage' : 'hasPreviousPage';
        expect(ours.pageInfo[isMore]).toBe(theirs.pageInfo[isMore]);
      }),
      { numRuns: 2000 },
    );
  });

  it('leads through the whole list, forwards and backwards', () => {
    const forwards: number[] = [];
    for (let page = listOf(25, { first: 4 }); ; page = listOf(25, { first: 4, after: page.pageInfo.endCursor })) {
      forwards.push(...page.nodes);
      if (!page.pageInfo.hasNextPage) break;
    }
    const backwards: number[] = [];
    for (let page = listOf(25, { last: 4 }); ; page = listOf(25, { last: 4, before: page.pageInfo.startCursor })) {
      backwards.unshift(...page.nodes);
      if (!page.pageInfo.hasPreviousPage) break;
    }
    expect(forwards).toEqual(Array.from({ length: 25 }, (_, row) => row));
    expect(backwards).toEqual(forwards);
  });

  it('has 20 rows unless told otherwise', () => {
    expect(listOf(25, {}).nodes).toHaveLength(20);
    expect(listOf(25, { before: cursorOf(22) }).nodes).toEqual(Array.from({ length: 20 }, (_, row) => row + 2));
  });

  it.each([-1, 0, 101, 10_000])('of %d rows is refused, and the range is named', (size) => {
    expect(() => listOf(5, { first: size })).toThrow(refusal('FIRST_OUT_OF_RANGE'));
    expect(() => listOf(5, { first: size })).toThrow(/between 1 and 100/);
    expect(() => listOf(5, { last: size })).toThrow(refusal('LAST_OUT_OF_RANGE'));
  });

  it('is asked for from one end', () => {
    expect(() => listOf(5, { first: 1, last: 1 })).toThrow(refusal('FIRST_AND_LAST'));
  });

  it.each(['', 'x', '[1]', cursorOf(Number.NaN), 'x'.repeat(10_000)])('has no cursor %j', (text) => {
    expect(() => listOf(5, { after: text })).toThrow(refusal('CURSOR_INVALID'));
  });

  it('takes no cursor of another list', () => {
    const other = Buffer.from(JSON.stringify(['0199a1b2-0000-7000-8000-000000000001'])).toString('base64url');

    expect(() => pageOf({ after: other }, ['number'])).toThrow(refusal('CURSOR_INVALID'));
    expect(() => pageOf({ after: other }, ['uuid', 'uuid'])).toThrow(refusal('CURSOR_INVALID'));
    expect(pageOf({ after: other }, ['uuid']).after).toHaveLength(1);
  });

  it('takes no cursor that a database could not be asked with', () => {
    const withKey = (key: unknown) => Buffer.from(JSON.stringify([key])).toString('base64url');

    expect(() => pageOf({ after: withKey('a\0b') }, ['text'])).toThrow(refusal('CURSOR_INVALID'));
    expect(() => pageOf({ after: withKey(1e300) }, ['instant'])).toThrow(refusal('CURSOR_INVALID'));
    expect(() => pageOf({ after: withKey("' or 1=1 --") }, ['uuid'])).toThrow(refusal('CURSOR_INVALID'));
  });
});
