import type { Call } from '../access/call.ts';
import { refuseOwnCase } from '../access/own-case.ts';
import { once } from '../db/once.ts';
import { leaveNotes } from '../db/notes.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { foldingsAt } from '../grades/foldings.ts';
import { checkedNote } from '../kernel/note.ts';
import { idsOf } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import { Appeal, type AppealStatus } from './appeal.ts';
import {
  closeAppeals,
  decidersOf,
  lockAppeal,
  lockOpenAppeals,
  partiesOf,
  takeAppeal,
  type HeldAppeal,
} from './appeals.queries.ts';
import { overturn, type Overturned } from './overturn.ts';

/** So long an appeal is one moderator's; then another may take it. */
const CLAIM_MS = 4 * 3_600_000;

export interface TakeAppeal {
  readonly appealId: string;
  readonly idempotencyKey: string;
}

/** Somebody begins to look into it, so that nobody else does the same. */
export async function claimAppeal(call: Call, input: TakeAppeal): Promise<Appeal> {
  const [id] = idsOf('Appeal', input.appealId, 'appealId');
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'takeAppeal', input, async () => {
      await openAppeal(tx, call, id);
      await takeAppeal(tx, id, call.actor.name, new Date(call.now + CLAIM_MS));
    }),
  );
  return call.em.findOneOrFail(Appeal, { id }, { refresh: true });
}

export interface DecideAppeal {
  readonly appealId: string;
  readonly outcome: AppealStatus;
  readonly note: string; // the reasons, as they are told to whoever appealed
  readonly idempotencyKey: string;
}

/**
 * Decides an appeal, and with it every other one against the same decision. OVERTURNED restores what the decision did to it, bit for
 * bit as if it had never been.
 */
export async function decideAppeal(call: Call, input: DecideAppeal): Promise<Appeal> {
  const decision = checkedNote(input.note);
  const { outcome } = input;
  if (outcome !== 'UPHELD' && outcome !== 'OVERTURNED')
    throw new Refusal('INVALID', 'OUTCOME_INVALID', '`outcome` is UPHELD or OVERTURNED.', ['outcome']);
  const [id] = idsOf('Appeal', input.appealId, 'appealId');
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'decideAppeal', input, async () => {
      const appeal = await openAppeal(tx, call, id);
      const undone = outcome === 'OVERTURNED' ? await restore(tx, call, appeal) : null;
      const settled = undone ? await lockOpenAppeals(tx, appeal, undone.factIds) : [appeal];
      const receiptId = undone?.receipt.id ?? null;
      const decided = { status: outcome, decision, by: call.actor.name, at: new Date(call.now), receiptId };
      await closeAppeals(
        tx,
        settled.map((each) => each.id),
        decided,
      );
      await leaveNotes(
        tx,
        call.now,
        settled.map((each) => decidedNote(each, outcome)),
      );
    }),
  );
  return call.em.findOneOrFail(Appeal, { id }, { refresh: true });
}

async function restore(tx: Tx, call: Call, appeal: HeldAppeal): Promise<Overturned> {
  const moment = { now: call.now, foldings: await foldingsAt(call.now)(tx) };
  return overturn(tx, appeal, call.actor.name, moment);
}

const decidedNote = (appeal: HeldAppeal, outcome: AppealStatus) => ({
  subjectId: appeal.appellantId,
  kind: 'appeal.decided',
  payload: {
    appealId: appeal.id,
    about: appeal.about,
    subjectId: appeal.subjectId,
    factId: appeal.factId,
    appellantId: appeal.appellantId,
    outcome,
  },
});

/** The appeal, held, if the caller may look into it: somebody else than those who decided first, and not somebody else's just now. */
async function openAppeal(tx: Tx, { actor, now }: Call, id: string): Promise<HeldAppeal> {
  const appeal = await lockAppeal(tx, id);
  if (!appeal) throw refused('NOT_FOUND', 'APPEAL_NOT_FOUND', 'There is no such appeal.');
  if (appeal.status === 'UPHELD' || appeal.status === 'OVERTURNED')
    throw refused('CONFLICT', 'APPEAL_DECIDED', `This appeal is decided already: ${appeal.status}.`);
  refuseOwnCase(actor, [appeal.appellantId, appeal.subjectId, ...(await partiesOf(tx, appeal))], 'appealId');
  if ((await decidersOf(tx, appeal)).includes(actor.name))
    throw refused('FORBIDDEN', 'OWN_DECISION', 'You had a part in the decision. Somebody else must look into it.');
  if (appeal.takenBy !== null && appeal.takenBy !== actor.name && appeal.takenUntil! > new Date(now))
    throw refused('CONFLICT', 'APPEAL_TAKEN', `${appeal.takenBy} is looking into it.`);
  return appeal;
}

const refused = (kind: 'NOT_FOUND' | 'CONFLICT' | 'FORBIDDEN', code: string, message: string) =>
  new Refusal(kind, code, message, ['appealId']);
