import type { Tx } from '../db/tx.ts';
import type { ProposalDecision } from './proposal.ts';

export interface ProposalRow {
  readonly id: string;
  readonly action: string;
  readonly input: unknown;
  readonly summary: string;
  readonly note: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
}

export const addProposal = (tx: Tx, proposal: ProposalRow): Promise<unknown> =>
  tx.query(
    'proposals.add',
    `insert into proposal (id, action, input, summary, note, proposed_by, proposed_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      proposal.id,
      proposal.action,
      JSON.stringify(proposal.input),
      proposal.summary,
      proposal.note,
      proposal.proposedBy,
      proposal.proposedAt,
    ],
  );

/** Held until the transaction ends, so that of two deciders the second finds it decided. */
export const lockProposal = async (
  tx: Tx,
  id: string,
): Promise<(ProposalRow & { readonly decision: ProposalDecision | null }) | undefined> =>
  (
    await tx.query<ProposalRow & { readonly decision: ProposalDecision | null }>(
      'proposals.lock',
      `select id, action, input, summary, note, proposed_by as "proposedBy", proposed_at as "proposedAt", decision
         from proposal where id = $1 for update`,
      [id],
    )
  )[0];

export const decideProposal = (
  tx: Tx,
  id: string,
  decided: {
    readonly decision: ProposalDecision;
    readonly by: string;
    readonly at: Date;
    readonly note: string;
    readonly resultIds: readonly string[];
  },
): Promise<unknown> =>
  tx.query(
    'proposals.decide',
    `update proposal set decision = $2, decided_by = $3, decided_at = $4, decision_note = $5, result_ids = $6 where id = $1`,
    [id, decided.decision, decided.by, decided.at, decided.note, decided.resultIds],
  );
