import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { Call } from '../access/call.ts';
import { inTransaction, reader } from '../db/tx.ts';
import { pulledAll } from '../inquiries/pull.ts';
import { agreementOf } from '../inquiries/terms.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { Refusal } from '../kernel/refusal.ts';
import * as queries from './changes.queries.ts';
import type { ChangeRow } from './changes.queries.ts';
import { holderOf } from './holder.ts';

const NOTES_AT_ONCE = 1_000;
/** A reader brings this much up to date before it reads; the worker does the rest. */
export const BATCHES_A_READ = 10;

/**
 * Gives places in the log to what was noted and committed. Places are given by one transaction at a time, which holds the lock until its
 * commit: whoever sees a place sees all before it, and none is ever given below it. A note that is still uncommitted gets a later one.
 * Notes of one subject keep their order, because each was entered under the lock of that subject.
 */
export async function tellChanges(pool: Pool, batches: number = Infinity): Promise<void> {
  for (let batch = 0; batch < batches; batch++) {
    if (!(await queries.isAnythingUntold(reader(pool)))) return;
    await inTransaction(pool, async (tx) => {
      await queries.lockHead(tx); // a statement of its own: the next one sees what the holder before us did
      if ((await queries.tellNext(tx, NOTES_AT_ONCE)) > 0) await queries.notifyFollowers(tx);
    });
  }
}

const FOLLOWED = { operation: 'Query.gradeChanges', taken: 'CHANGE' } as const;

/** What came after the cursor, as far as the caller may follow it; from the first that is kept, where none is given. */
export const gradeChanges = (call: Call, asked: PageArguments): Awaitable<Connection<ChangeRow>> =>
  pulledAll(call, { ...FOLLOWED, subjectKinds: [] }, () => changesAfter(call, asked), subjectsIn);

async function changesAfter(call: Call, asked: PageArguments): Promise<Connection<ChangeRow>> {
  const page = pageOf(asked, ['number', 'text']);
  const tag = tagOf(holderOf(call.actor));
  const from = page.after && placeOf(page.after, tag);
  await tellChanges(call.db.pool, BATCHES_A_READ);
  const { last, keptFrom } = await queries.headOf(call.sql);
  if (from !== null) checkPlace(from, last, keptFrom);
  const rows = await rowsAfter(call, from ?? 0, page.size + 1);
  return connectionOf(rows, page, (row) => [row.place, tag]);
}

function rowsAfter(call: Call, place: number, limit: number): Promise<ChangeRow[]> {
  if (call.actor.role !== 'PARTNER') return queries.changesAfter(call.sql, place, limit);
  const agreement = agreementOf(call, []);
  const { subjectKinds } = agreement.terms;
  return subjectKinds.includes('BUYER')
    ? queries.pulledChangesAfter(call.sql, place, agreement, new Date(call.now), limit)
    : queries.openChangesAfter(call.sql, place, subjectKinds, limit);
}

const subjectsIn = ({ nodes }: Connection<ChangeRow>) =>
  nodes.map(({ subjectId, subjectKind }) => ({ id: subjectId, kind: subjectKind }));

function placeOf([place, tag]: readonly unknown[], own: string): number {
  if (!Number.isSafeInteger(place) || (place as number) < 0)
    throw refused('INVALID', 'CURSOR_INVALID', '`after` is no cursor of this list. Take cursors from its answers.');
  if (tag === own) return place as number;
  throw refused('FORBIDDEN', 'CURSOR_OF_ANOTHER', '`after` is a cursor of another caller. Each follows by its own.');
}

function checkPlace(place: number, last: number, keptFrom: number): void {
  if (place > last)
    throw refused(
      'INVALID',
      'CURSOR_INVALID',
      '`after` lies beyond the end of this list. Begin anew, with a bulk export.',
    );
  if (place + 1 < keptFrom)
    throw refused(
      'CONFLICT',
      'CURSOR_EXPIRED',
      'What came after this cursor is no longer kept. Begin anew, with a bulk export.',
    );
}

const refused = (kind: 'INVALID' | 'FORBIDDEN' | 'CONFLICT', code: string, message: string) =>
  new Refusal(kind, code, message, ['after']);

/** Whose a cursor is. It keeps nobody out of anything: it tells a mix-up of accounts. */
const tagOf = (holder: string): string => createHash('sha256').update(holder).digest('base64url').slice(0, 16);

/** The cursor after which everything is later than this place. */
export const cursorAt = (place: number, holder: string): string =>
  Buffer.from(JSON.stringify([place, tagOf(holder)])).toString('base64url');
