import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isStaff, type Actor } from '../access/actor.ts';

export const PROPOSAL_STATES = ['OPEN', 'APPROVED', 'REJECTED'] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];
export type ProposalDecision = Exclude<ProposalState, 'OPEN'>;

/** What one member of staff wants done, and another must agree to. It is decided once. */
export const Proposal = defineEntity({
  name: 'Proposal',
  tableName: 'proposal',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    id: p.uuid().primary(),
    action: p.text(),
    input: p.json<unknown>(),
    summary: p.text(), // what would be done, in a sentence
    note: p.text(),
    proposedBy: p.text(),
    proposedAt: p.datetime(),
    decision: p.text().$type<ProposalDecision>().nullable(), // null while it is open
    decidedBy: p.text().nullable(),
    decidedAt: p.datetime().nullable(),
    decisionNote: p.text().nullable(),
    resultIds: p.type('text[]').$type<string[]>(), // of what came of it, as the API gives them
  },
});
export type Proposal = InferEntity<typeof Proposal>;

const visibleTo = (actor: Actor) => (isStaff(actor) ? {} : { id: null });
