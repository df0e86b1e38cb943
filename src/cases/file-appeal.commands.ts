import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { leaveNotes } from '../db/notes.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { readGlobalId } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isStorable } from '../kernel/text.ts';
import { frozenFor, ownFreeze } from '../partners/freezes.loaders.ts';
import { Order } from '../orders/order.ts';
import { orderVoidsOf } from '../orders/void-orders.ts';
import { Review } from '../reviews/review.ts';
import { conductInForce } from '../sanctions/conduct.loaders.ts';
import { Sanction } from '../sanctions/sanction.ts';
import { Appeal } from './appeal.ts';
import { addAppeal, voidInForce, type NewAppeal } from './appeals.queries.ts';
import { ordersInForce } from './brushing.queries.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_ARGUMENT = 5_000;

export interface FileAppeal {
  readonly decisionId: string; // a voided review or order, the receipt of voided orders, or a sanction, as the API gave it
  readonly argument: string;
  readonly idempotencyKey: string;
}

/** Whoever a decision befell says what is wrong with it: once, and in time; out of a frozen account, too, if it is still its holder's. */
export async function fileAppeal(call: Call, input: FileAppeal): Promise<Appeal> {
  const { subject } = call.actor;
  if (!subject) throw new Refusal('FORBIDDEN', 'NOT_CONCERNED', 'Those appeal whom the decision befell.');
  const argument = checkedArgument(input.argument);
  await refuseTakenOver(call);
  const { type, ids } = readGlobalId(input.decisionId, 'decisionId');
  const id = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'fileAppeal', input, async () => {
      const [subjectId, factId] = ids as [string, string];
      if (type === 'Review') return appealReview(tx, call, { subjectId, factId, argument });
      if (type === 'Order') return appealOrder(tx, call, { subjectId, factId, argument });
      if (type === 'ReversalReceipt') return appealDecision(tx, call, { subjectId, factId, argument });
      if (type === 'Sanction') return appealSanction(tx, call, { subjectId, factId, argument });
      throw new Refusal(
        'INVALID',
        'ID_OF_ANOTHER_TYPE',
        'An appeal is against a voided review, voided orders or a sanction.',
        ['decisionId'],
      );
    }),
  );
  return call.em.findOneOrFail(Appeal, { id });
}

/** Else whoever has taken it could spend the one appeal that its holder has. */
const STOLEN = 'ACCOUNT_TAKEN_OVER';

async function refuseTakenOver(call: Call): Promise<void> {
  if ((await ownFreeze(call))?.ground !== STOLEN) return;
  throw new Refusal(
    'FORBIDDEN',
    'ACCOUNT_FROZEN',
    'Someone else seems to use this account, so it takes no appeal. Until the marketplace has freed it, the time to appeal stands still.',
  );
}

type Against = Pick<NewAppeal, 'subjectId' | 'factId' | 'argument'>;

async function appealReview(tx: Tx, call: Call, against: Against): Promise<string> {
  const own = call.actor.subject?.id;
  const review = await call.em.findOne(Review, { merchantId: against.subjectId, id: against.factId });
  if (!review || own == null || (review.authorId !== own && review.merchantId !== own)) throw notFound();
  const found = await voidInForce(tx, against.subjectId, against.factId);
  if (!found)
    throw new Refusal('CONFLICT', 'REVIEW_NOT_VOIDED', 'This review is not voided: there is nothing to appeal.', [
      'decisionId',
    ]);
  const time = await timeToAppeal(tx, found.voidedAt);
  return add(tx, call, { ...against, about: 'REVIEW', decisionId: found.decisionId }, time);
}

/** From a decision on, and up to when. */
interface Time {
  readonly from: Date;
  readonly until: number;
}

/** As its statement of reasons says. */
async function timeToAppeal(tx: Tx, from: Date): Promise<Time> {
  const { conduct } = await conductInForce(tx, from.getTime());
  return { from, until: from.getTime() + conduct.appealDays * DAY_MS };
}

/** Its buyer and its merchant may say that an order was real. */
async function appealOrder(tx: Tx, call: Call, against: Against): Promise<string> {
  const own = call.actor.subject?.id;
  const key = { merchantId: against.subjectId, id: against.factId };
  const order = await call.em.findOne(Order, key);
  if (!order || own == null || (order.buyerId !== own && order.merchantId !== own)) throw notFound();
  const [found] = await orderVoidsOf(tx, [key]);
  if (!found)
    throw new Refusal('CONFLICT', 'ORDER_NOT_VOIDED', 'This order is not voided: there is nothing to appeal.', [
      'decisionId',
    ]);
  const time = await timeToAppeal(tx, found.at);
  return add(tx, call, { ...against, about: 'ORDER', decisionId: found.decisionId }, time);
}

/** Against all orders that one decision voided of a merchant's, at once. */
async function appealDecision(tx: Tx, call: Call, against: Against): Promise<string> {
  const { subjectId: merchantId, factId: decisionId } = against;
  if (merchantId !== call.actor.subject?.id) throw notFound();
  const [found] = await ordersInForce(tx, { merchantId, decisionId, orderId: null });
  if (!found) throw notFound();
  return add(tx, call, { ...against, about: 'DECISION', decisionId }, await timeToAppeal(tx, found.voidedAt));
}

async function appealSanction(tx: Tx, call: Call, against: Against): Promise<string> {
  const sanction = await call.em.findOne(Sanction, { subjectId: against.subjectId, id: against.factId });
  if (!sanction || sanction.subjectId !== call.actor.subject?.id) throw notFound();
  if (sanction.annulledAt)
    throw new Refusal('CONFLICT', 'SANCTION_ANNULLED', 'This sanction is annulled already.', ['decisionId']);
  const decisionId = sanction.decisionId ?? null;
  const time = { from: sanction.imposedAt, until: sanction.appealUntil.getTime() };
  return add(tx, call, { ...against, about: 'SANCTION', decisionId }, time);
}

/** What somebody else's is, is not there. */
const notFound = () =>
  new Refusal('NOT_FOUND', 'DECISION_NOT_FOUND', 'There is no such decision that concerns you.', ['decisionId']);

async function add(
  tx: Tx,
  { actor, now }: Call,
  against: Against & Pick<NewAppeal, 'about' | 'decisionId'>,
  time: Time,
): Promise<string> {
  await refuseLate(tx, actor.subject!.id!, time, now);
  const { conduct } = await conductInForce(tx, now);
  const { id: appellantId, kind: appellantKind } = actor.subject!;
  const id = newId(now);
  const dueAt = new Date(now + conduct.appealHours * HOUR_MS);
  const isNew = await addAppeal(tx, {
    ...against,
    id,
    appellantId: appellantId!,
    appellantKind,
    filedAt: new Date(now),
    dueAt,
  });
  if (!isNew)
    throw new Refusal('CONFLICT', 'APPEAL_EXISTS', 'You have appealed this decision already; that is done once.', [
      'decisionId',
    ]);
  const payload = { appealId: id, about: against.about, subjectId: against.subjectId, factId: against.factId };
  await leaveNotes(tx, now, [
    { subjectId: appellantId!, kind: 'appeal.filed', payload: { ...payload, dueAt: dueAt.toISOString() } },
  ]);
  return id;
}

/** It stands still while the appellant's account was frozen as somebody else's. */
async function refuseLate(tx: Tx, appellantId: string, { from, until }: Time, now: number): Promise<void> {
  if (now <= until) return;
  const still = await frozenFor(tx, appellantId, STOLEN, { from, to: new Date(now) });
  if (now <= until + still) return;
  throw new Refusal(
    'CONFLICT',
    'APPEAL_TOO_LATE',
    `This decision could be appealed until ${new Date(until + still).toISOString()}.`,
    ['decisionId'],
  );
}

function checkedArgument(text: string): string {
  const argument = text.trim();
  if (argument === '') throw refused('ARGUMENT_MISSING', 'Say in `argument` what is wrong with the decision.');
  if (!isStorable(argument) || !argument.isWellFormed())
    throw refused('ARGUMENT_INVALID', '`argument` has a character that is none.');
  if (argument.length > MOST_ARGUMENT)
    throw refused('ARGUMENT_TOO_LONG', `An argument has at most ${MOST_ARGUMENT} characters.`);
  return argument;
}

const refused = (code: string, message: string) => new Refusal('INVALID', code, message, ['argument']);
