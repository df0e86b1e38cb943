import type { Call } from '../access/call.ts';
import { refuseOwnCase } from '../access/own-case.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { DAY_MS, dayOf } from '../evidence/book.ts';
import { idsOf } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import { Excuse, type ExcuseGround } from './excuse.ts';
import { addExcuse, endExcuse } from './excuses.queries.ts';

const MOST_DAYS = 60; // a constraint of the table too
const MOST_DAYS_AHEAD = 30;
const MOST_MERCHANTS = 1000;
const EARLIEST = Date.UTC(1995, 0, 1); // before there were online marketplaces

export interface ExcuseEvents {
  readonly ground: ExcuseGround;
  readonly from: Date; // the first instant of the first day
  readonly to: Date; // of the last day, which is in it
  readonly merchantIds: readonly string[] | null; // as the API gave them; null: all
  readonly note: string;
  readonly idempotencyKey: string;
}

/** What was late or cancelled in these days leaves the metrics of the presets. Grades by a policy of the house do not change. */
export async function excuseEvents(call: Call, input: ExcuseEvents): Promise<Excuse> {
  const note = checkedNote(input.note);
  const [from, to] = checkedPeriod(input, call.now);
  const merchantIds = input.merchantIds === null ? null : await checkedMerchants(call, input.merchantIds);
  const add = (tx: Tx) => async (): Promise<string> => {
    const id = newId(call.now);
    const recordedAt = new Date(call.now);
    await addExcuse(tx, {
      id,
      ground: input.ground,
      from,
      to,
      merchantIds,
      note,
      excusedBy: call.actor.name,
      recordedAt,
    });
    return id;
  };
  const id = await inTransaction(call.db.pool, (tx) => once(tx, call, 'excuseEvents', input, add(tx)));
  return call.em.findOneOrFail(Excuse, { id });
}

function checkedPeriod({ from, to }: ExcuseEvents, now: number): [from: number, to: number] {
  const [first, last] = [dayOf(from.getTime()), dayOf(to.getTime())];
  if (first > last) throw refused('RANGE_INVALID', '`from` must not be after `to`.', 'from');
  if (from.getTime() < EARLIEST) throw refused('RANGE_INVALID', '`from` lies before 1995.', 'from');
  if (last - first + 1 > MOST_DAYS)
    throw refused('RANGE_TOO_LONG', `At most ${MOST_DAYS} days at once; these are ${last - first + 1}.`, 'to');
  if (to.getTime() > now + MOST_DAYS_AHEAD * DAY_MS)
    throw refused('RANGE_IN_FUTURE', `\`to\` lies more than ${MOST_DAYS_AHEAD} days ahead.`, 'to');
  return [first, last];
}

async function checkedMerchants(call: Call, texts: readonly string[]): Promise<string[]> {
  if (texts.length === 0)
    throw refused('MERCHANTS_MISSING', 'Name merchants, or leave `merchantIds` out for all.', 'merchantIds');
  if (texts.length > MOST_MERCHANTS)
    throw refused(
      'TOO_MANY_IDS',
      `At most ${MOST_MERCHANTS} merchants at once; these are ${texts.length}.`,
      'merchantIds',
    );
  const ids = [...new Set(texts.map((text, i) => idsOf('Merchant', text, 'merchantIds', String(i))[0]))];
  refuseOwnCase(call.actor, ids, 'merchantIds');
  const found = await Promise.all(ids.map((id) => merchantById(call, id)));
  if (found.every((merchant) => merchant !== null)) return ids;
  throw new Refusal('NOT_FOUND', 'MERCHANT_NOT_FOUND', 'One of `merchantIds` is no merchant.', ['merchantIds']);
}

const refused = (code: string, message: string, field: string) => new Refusal('INVALID', code, message, [field]);

export interface RevokeExcuse {
  readonly excuseId: string;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** From now on nothing is excused by it; what is asked as it was known before still is. */
export async function revokeExcuse(call: Call, input: RevokeExcuse): Promise<Excuse> {
  const note = checkedNote(input.note);
  const [id] = idsOf('Excuse', input.excuseId, 'excuseId');
  if (!(await call.em.findOne(Excuse, { id })))
    throw new Refusal('NOT_FOUND', 'EXCUSE_NOT_FOUND', 'There is no such excuse.', ['excuseId']);
  const why = { at: new Date(call.now), by: call.actor.name, note };
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'revokeExcuse', input, async () => {
      if (await endExcuse(tx, id, why)) return;
      throw new Refusal('CONFLICT', 'EXCUSE_REVOKED', 'This excuse is revoked already.', ['excuseId']);
    }),
  );
  return call.em.findOneOrFail(Excuse, { id }, { refresh: true });
}
