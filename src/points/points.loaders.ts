import { isMarketplace, type Actor } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { forgetLoaded, loader } from '../access/loader.ts';
import { inTransaction } from '../db/tx.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { Refusal } from '../kernel/refusal.ts';
import { accountsOf } from './accounts.queries.ts';
import { accountsAt } from './desk.ts';
import { holdsBefore, holdsBy, type Hold, type HoldStatus } from './holds.queries.ts';
import { expiringUntil } from './lots.queries.ts';
import type { EntryRow } from './open-account.ts';
import { balancesAt, entriesBefore, entriesOf, reversalsOf, type EntryId } from './transfers.queries.ts';

export interface Standing {
  readonly subjectId: string;
  readonly balance: number;
  readonly pending: number;
  readonly held: number;
}

const standings = loader<string, Standing>(
  (call, ids) => standingsAt(call, ids, call.now),
  ({ subjectId }) => subjectId,
);

/** How much an account has at the call's moment. Who has no account has nothing. */
export const standingOf = async (call: Call, subjectId: string): Promise<Standing> =>
  (await standings(call, subjectId)) ?? { subjectId, balance: 0, pending: 0, held: 0 };

/** One statement, unless something has fallen due that the worker has not come to yet: then what it will do is worked out. */
async function standingsAt({ sql, db }: Call, ids: readonly string[], now: number): Promise<Standing[]> {
  const rows = await accountsOf(sql, ids);
  const due = rows.filter(({ dueAt }) => dueAt !== null && dueAt <= now).map(({ subjectId }) => subjectId);
  if (due.length === 0) return rows;
  const settled = await inTransaction(db.pool, async (tx) => {
    await tx.query('', 'set transaction isolation level repeatable read, read only');
    return accountsAt(tx, now, due);
  });
  return [...rows.filter(({ subjectId }) => !due.includes(subjectId)), ...settled];
}

/** Loaders compare keys by identity, so a key of two becomes a text. */
const keyOf = ({ subjectId, id }: EntryId): string => `${subjectId}/${id}`;
function entryId(key: string): EntryId {
  const [subjectId, id] = key.split('/') as [string, string];
  return { subjectId, id };
}

interface PastBalance {
  readonly subjectId: string;
  readonly at: number;
  readonly balance: number;
  readonly pending: number;
}

const pastBalances = loader<string, PastBalance>(
  async (call, keys) => {
    const asked = keys.map(entryId).map(({ subjectId, id }) => ({ subjectId, at: Number(id) }));
    return balancesAt(call.sql, asked);
  },
  ({ subjectId, at }) => `${subjectId}/${at}`,
);

const EARLIEST = Date.UTC(1995, 0, 1); // before there were online marketplaces

/** What the account had at an instant of the past, by what was recorded then. */
export async function balanceAsOf(call: Call, subjectId: string, asOf: Date): Promise<Omit<Standing, 'held'>> {
  const at = asOf.getTime();
  if (at > call.now) throw new Refusal('INVALID', 'ASOF_IN_FUTURE', '`asOf` lies in the future.', ['asOf']);
  if (at < EARLIEST) throw new Refusal('INVALID', 'ASOF_TOO_OLD', '`asOf` lies before 1995.', ['asOf']);
  const [row] = await accountsOf(call.sql, [subjectId]);
  if (row && row.dueAt !== null && row.dueAt <= at) return (await standingsAt(call, [subjectId], at))[0]!;
  const found = await pastBalances(call, `${subjectId}/${at}`);
  return found ?? { subjectId, balance: 0, pending: 0 };
}

const MOST_DAYS = 3_660; // ten years
const DAY_MS = 86_400_000;

/** What will be lost within so many days unless it is spent. What is held is not in it. */
export async function expiringWithin(call: Call, subjectId: string, days: number): Promise<number> {
  if (days < 0 || days > MOST_DAYS)
    throw new Refusal('INVALID', 'WITHIN_OUT_OF_RANGE', `\`within\` must be between 0 and ${MOST_DAYS} days.`, [
      'within',
    ]);
  const [sum] = await expiringUntil(call.sql, subjectId, call.now, call.now + days * DAY_MS);
  return sum!.points;
}

/** The last one first. */
export async function entriesByPage(
  { sql }: Call,
  subjectId: string,
  kind: string | null,
  args: PageArguments,
): Promise<Connection<EntryRow>> {
  const page = pageOf(args, ['number']);
  const before = (page.after?.[0] as number | undefined) ?? Number.MAX_SAFE_INTEGER;
  if (!Number.isSafeInteger(before))
    throw new Refusal('INVALID', 'CURSOR_INVALID', '`after` is no cursor of this list.', ['after']);
  const rows = await entriesBefore(sql, subjectId, { before, kind, most: page.size + 1 });
  return connectionOf(rows, page, ({ revision }) => [revision]);
}

/** The last one first. */
export async function holdsByPage(
  { sql }: Call,
  subjectId: string,
  status: HoldStatus | null,
  args: PageArguments,
): Promise<Connection<Hold>> {
  const page = pageOf(args, ['uuid']);
  const before = (page.after?.[0] as string | undefined) ?? null;
  return connectionOf(await holdsBefore(sql, subjectId, { before, status, most: page.size + 1 }), page, ({ id }) => [
    id,
  ]);
}

const isVisible = (actor: Actor, subjectId: string): boolean => isMarketplace(actor) || actor.subject?.id === subjectId;

const seen = <Row extends EntryId>(find: (call: Call, ids: readonly EntryId[]) => Promise<readonly Row[]>) =>
  loader<string, Row>(
    (call, keys) =>
      find(
        call,
        keys.map(entryId).filter(({ subjectId }) => isVisible(call.actor, subjectId)),
      ),
    keyOf,
  );

const entries = seen<EntryRow & { __typename: 'PointsEntry' }>(async ({ sql }, ids) =>
  (await entriesOf(sql, ids))
    .filter(({ house }) => house !== null)
    .map((entry) => ({ ...entry, __typename: 'PointsEntry' })),
);
/** Null for an entry that the caller may not see. */
export const entryById = (call: Call, subjectId: string, id: string) => entries(call, keyOf({ subjectId, id }));

const holds = seen<Hold & { __typename: 'PointsHold' }>(async ({ sql }, ids) =>
  (await holdsBy(sql, ids)).map((hold) => ({ ...hold, __typename: 'PointsHold' })),
);
/** Null for a hold that the caller may not see. */
export const holdById = (call: Call, subjectId: string, id: string) => holds(call, keyOf({ subjectId, id }));

const refunds = loader<string, EntryRow>(
  async ({ sql }, keys) => {
    const reversals = await reversalsOf(sql, keys.map(entryId));
    return entriesOf(
      sql,
      reversals.map(({ subjectId, by }) => ({ subjectId, id: by })),
    );
  },
  ({ subjectId, reverses }) => keyOf({ subjectId, id: reverses! }),
);
/** What gave back the points that a hold spent; null while nothing did. */
export const refundOf = async (call: Call, { subjectId, transferId: id }: Hold): Promise<EntryRow | null> =>
  id === null ? null : refunds(call, keyOf({ subjectId, id }));

/** A hold and its account, as a command has left them. */
export async function holdAfter(call: Call, { subjectId, id }: EntryId) {
  forgetLoaded(call);
  return { hold: await holdById(call, subjectId, id), account: { subjectId } };
}
