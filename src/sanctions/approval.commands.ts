import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { checkedNote } from '../kernel/note.ts';
import { idsOf } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import { actionOf } from './approval.ts';
import { decideProposal, lockProposal, type ProposalRow } from './approval.queries.ts';
import { Proposal } from './proposal.ts';

export interface DecideProposal {
  readonly proposalId: string;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** Carries out what another person proposed. */
export function approveProposal(call: Call, input: DecideProposal): Promise<Proposal> {
  return decide(call, 'approveProposal', input, async (tx, proposal, note) => {
    if (proposal.proposedBy === call.actor.name)
      throw new Refusal(
        'CONFLICT',
        'SAME_PERSON',
        'Another person must agree. Tokens made with --name tell persons apart.',
        ['proposalId'],
      );
    const resultIds = await actionOf(proposal.action).carryOut(tx, call, proposal);
    const { name: by } = call.actor;
    await decideProposal(tx, proposal.id, { decision: 'APPROVED', by, at: new Date(call.now), note, resultIds });
  });
}

/** Turns it down; whoever proposed it may do so too. */
export function rejectProposal(call: Call, input: DecideProposal): Promise<Proposal> {
  return decide(call, 'rejectProposal', input, async (tx, { id }, note) => {
    const { name: by } = call.actor;
    await decideProposal(tx, id, { decision: 'REJECTED', by, at: new Date(call.now), note, resultIds: [] });
  });
}

async function decide(
  call: Call,
  operation: string,
  input: DecideProposal,
  work: (tx: Tx, proposal: ProposalRow, note: string) => Promise<void>,
): Promise<Proposal> {
  const note = checkedNote(input.note);
  const [id] = idsOf('Proposal', input.proposalId, 'proposalId');
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, operation, input, async () => {
      const proposal = await lockProposal(tx, id);
      if (!proposal) throw new Refusal('NOT_FOUND', 'PROPOSAL_NOT_FOUND', 'There is no such proposal.', ['proposalId']);
      if (proposal.decision)
        throw new Refusal('CONFLICT', 'PROPOSAL_DECIDED', `It has been decided already: ${proposal.decision}.`, [
          'proposalId',
        ]);
      await work(tx, proposal, note);
    }),
  );
  return call.em.findOneOrFail(Proposal, { id }, { refresh: true });
}
