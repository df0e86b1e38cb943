import type { Call } from '../access/call.ts';
import { refuseOwnCase } from '../access/own-case.ts';
import { once } from '../db/once.ts';
import { inTransaction } from '../db/tx.ts';
import { globalId } from '../kernel/global-id.ts';
import { checkedNote } from '../kernel/note.ts';
import { bookAdjustment, checkedAdjustment, needsSecondPerson, type Adjustment } from '../points/adjustments.ts';
import { holderById } from '../points/holders.ts';
import type { Holder } from '../points/transfer.ts';
import { proposable } from './approval.ts';
import { Proposal } from './proposal.ts';
import { sanctionable } from './sanctionable.ts';

export interface AdjustPoints {
  readonly subjectId: string; // as the API gave it
  readonly amount: number; // more than 0: given; less: taken
  readonly reason: string; // for the holder
  readonly note: string; // for staff
  readonly idempotencyKey: string;
}

/** Gives points to a merchant or a buyer, or takes some; or proposes it, where one person alone may not. */
export async function adjustPoints(
  call: Call,
  input: AdjustPoints,
): Promise<{ account: Holder | null; proposal: Proposal | null }> {
  const note = checkedNote(input.note);
  const adjustment = checkedAdjustment(input);
  const holder = await holderById(call, input.subjectId, 'subjectId');
  refuseOwnCase(call.actor, [holder.subjectId], 'subjectId');
  const { externalId } = await sanctionable(call, input.subjectId);
  const { proposalId } = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'adjustPoints', input, async () => {
      if (await needsSecondPerson(tx, call.now, holder, adjustment)) {
        const summary = summaryOf(holder, externalId, adjustment);
        return { proposalId: await proposed.propose(tx, call, { input: { holder, adjustment }, summary, note }) };
      }
      await bookAdjustment(tx, { now: call.now, by: call.actor.name, approvedBy: null }, holder, adjustment);
      return { proposalId: null };
    }),
  );
  if (proposalId === null) return { account: holder, proposal: null };
  return { account: null, proposal: await call.em.findOneOrFail(Proposal, { id: proposalId }) };
}

interface Draft {
  readonly holder: Holder;
  readonly adjustment: Adjustment;
}

const proposed = proposable<Draft>(
  'ADJUST_POINTS',
  async (tx, call, { input: { holder, adjustment }, proposedBy }) => {
    refuseOwnCase(call.actor, [holder.subjectId], 'proposalId');
    const decision = { now: call.now, by: proposedBy, approvedBy: call.actor.name };
    return [globalId('PointsEntry', holder.subjectId, await bookAdjustment(tx, decision, holder, adjustment))];
  },
  ({ holder: { subjectKind, subjectId }, adjustment }) => ({
    subjectId: globalId(subjectKind === 'MERCHANT' ? 'Merchant' : 'Buyer', subjectId),
    ...adjustment,
  }),
);

const summaryOf = ({ subjectKind }: Holder, externalId: string, { amount, reason }: Adjustment): string =>
  `${amount > 0 ? `Gives ${amount} points to` : `Takes ${-amount} points of`} ${subjectKind.toLowerCase()} ${externalId}: ${reason}`;
