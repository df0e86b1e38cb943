import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { NodeView } from '../schema/node.ts';
import { connectionType, ForwardPageArgs } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { UserErrorView, type RefusalView } from '../schema/user-error.ts';
import type { Proposal, ProposalState } from './proposal.ts';

export const ProposalStateEnum = graphqlEnum<ProposalState>('ProposalState', 'Where a proposal stands.', {
  OPEN: 'Nobody has decided it yet.',
  APPROVED: 'Another person agreed, and it was carried out.',
  REJECTED: 'It was turned down, or taken back.',
});

@ObjectType('Proposal', {
  implements: NodeView,
  simpleResolvers: true,
  description: 'What one member of staff wants done and another must agree to, because its consequences are grave.',
})
export class ProposalView extends NodeView {
  @Field(() => String, { description: 'What kind of action it is, in SCREAMING_SNAKE_CASE.' })
  action!: string;

  @Field(() => String, { description: 'What would be done, or was, in a sentence.' })
  summary!: string;

  @Field(() => String, { description: 'Why it was proposed.' })
  note!: string;

  @Field(() => String, { description: 'Who proposed it.' })
  proposedBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was proposed.' })
  proposedAt!: Date;

  @Field(() => String, { nullable: true, description: 'Who decided it; null while it is open.' })
  decidedBy?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was decided; null while it is open.' })
  decidedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was decided so; null while it is open.' })
  decisionNote?: string | null;
}

export const ProposalConnection = connectionType<Proposal>('Proposal', () => ProposalView);

@ArgsType()
export class ProposalsArgs extends ForwardPageArgs {
  @Field(() => ProposalStateEnum, {
    nullable: true,
    defaultValue: 'OPEN',
    description: 'Only those that stand so; null: all.',
  })
  state?: ProposalState | null;
}

const NOTE = 'Why: 1 to 2,000 characters. It is kept.';
const KEY = 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.';

@InputType({ description: 'Which proposal is agreed to, and why.' })
export class ApproveProposalInput {
  @Field(() => ID, { description: "The proposal: another person's." })
  proposalId!: string;

  @Field(() => String, { description: NOTE })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which proposal is turned down, and why.' })
export class RejectProposalInput {
  @Field(() => ID, { description: "The proposal. One's own can be taken back." })
  proposalId!: string;

  @Field(() => String, { description: NOTE })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@ObjectType('ApproveProposalPayload', { simpleResolvers: true, description: 'What became of a proposal.' })
export class ApproveProposalPayload {
  @Field(() => ProposalView, { nullable: true, description: 'The proposal, carried out; null when that was refused.' })
  proposal?: Proposal | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}

@ObjectType('RejectProposalPayload', { simpleResolvers: true, description: 'What became of a proposal.' })
export class RejectProposalPayload {
  @Field(() => ProposalView, { nullable: true, description: 'The proposal, rejected; null when that was refused.' })
  proposal?: Proposal | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}
