import type { Call } from '../access/call.ts';
import { connectionOf, pageOf, type Connection, type CursorKey, type PageArguments } from '../kernel/page.ts';
import { Refusal } from '../kernel/refusal.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import type { MerchantRow } from '../merchants/merchants.schema.ts';
import type { CompiledPolicy } from '../scoring/compiled.ts';
import type { Level } from '../scoring/levels.ts';
import * as queries from './directory.queries.ts';
import type { Listed, Selection } from './directory.queries.ts';
import { policyInForce, recentPolicies, type ActivePolicy } from './policies.loaders.ts';

export const MERCHANT_ORDERS = ['SCORE_DESC', 'RATING_DESC', 'NAME'] as const;
export type MerchantOrder = (typeof MERCHANT_ORDERS)[number];

export interface DirectoryQuestion extends PageArguments {
  readonly level?: readonly Level[] | null | undefined;
  readonly orderBy?: MerchantOrder | null | undefined;
}

/** All merchants, page by page. */
export async function merchantDirectory(call: Call, asked: DirectoryQuestion): Promise<Connection<MerchantRow>> {
  const order = asked.orderBy ?? 'SCORE_DESC';
  const page = pageOf(asked, ['text', order === 'NAME' ? 'text' : 'numberOrNull', 'uuid']);
  if (page.after && page.after[0] !== order)
    throw new Refusal('INVALID', 'CURSOR_INVALID', '`after` is a cursor of another order of this list.', ['after']);
  const policy = policyInForce(await recentPolicies(call), 'MERCHANT', null, call.now);
  const levels = asked.level ? [...new Set(asked.level)] : null;
  const listed = await LIST[order](call, policy, { policyId: policy.id, levels, limit: page.size + 1 }, page.after);
  const rows = await Promise.all(listed.map(({ id }) => merchantById(call, id)));
  const keys = new Map(listed.map(({ id, key }) => [id, [order, key, id]]));
  const found = rows.filter((row) => row !== null);
  return connectionOf(found, page, ({ id }) => keys.get(id)!);
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
type Lister = (
  call: Call,
  policy: ActivePolicy,
  selection: Selection,
  after: CursorKey | null,
) => Promise<Listed<string | number>[]>;

/** Where there is nothing to sort by, merchants come last, in the order of their ids. */
const LIST: Readonly<Record<MerchantOrder, Lister>> = {
  SCORE_DESC: (call, { policy }, selection, after) =>
    sorted(
      selection.limit,
      after,
      (from) => queries.byScore(call.sql, selection, from, leastScore(policy, selection.levels)),
      async (afterId, limit) =>
        selection.levels && !selection.levels.includes('NOT_RATED')
          ? []
          : queries.withoutStanding(call.sql, selection.policyId, afterId, limit),
    ),
  RATING_DESC: (call, _, selection, after) =>
    sorted(
      selection.limit,
      after,
      (from) => queries.byRating(call.sql, selection, from),
      (afterId, limit) => queries.withoutRating(call.sql, { ...selection, limit }, afterId),
    ),
  NAME: (call, _, selection, after) =>
    queries.byName(call.sql, selection, { key: (after?.[1] as string) ?? '', id: (after?.[2] as string) ?? FIRST_ID }),
};

/** First those with a number to sort by, then the rest. */
async function sorted(
  limit: number,
  after: CursorKey | null,
  withKey: (from: { key: number; id: string }) => Promise<Listed<number>[]>,
  withoutKey: (afterId: string, limit: number) => Promise<Listed<number>[]>,
): Promise<Listed<number>[]> {
  const [, key, id] = (after ?? [null, Infinity, FIRST_ID]) as [unknown, number | null, string];
  if (key === null) return withoutKey(id, limit);
  const rows = await withKey({ key, id });
  return rows.length === limit ? rows : [...rows, ...(await withoutKey(FIRST_ID, limit - rows.length))];
}

/** A level is cut on the low score, so below its cut there is none of it. */
function leastScore({ ladder }: CompiledPolicy, levels: readonly Level[] | null): number {
  const cuts = (levels ?? ['NOT_RATED' as const]).map(
    (level) => ladder.find((rung) => rung.level === level)?.cut ?? -Infinity,
  );
  return Math.min(...cuts);
}
