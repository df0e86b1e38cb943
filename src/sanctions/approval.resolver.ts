import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Connection } from '../kernel/page.ts';
import { NODE_ID } from '../schema/node.ts';
import { JsonScalar } from '../schema/scalars.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { actionOf } from './approval.ts';
import { approveProposal, rejectProposal } from './approval.commands.ts';
import { proposalsByPage } from './approval.loaders.ts';
import {
  ApproveProposalInput,
  ApproveProposalPayload,
  ProposalConnection,
  ProposalsArgs,
  ProposalStateEnum,
  ProposalView,
  RejectProposalInput,
  RejectProposalPayload,
} from './approval.schema.ts';
import type { Proposal, ProposalState } from './proposal.ts';

@Resolver(() => ProposalView)
export class ProposalsResolver {
  @Query(() => ProposalConnection, { description: 'What staff proposed, the last first.' })
  proposals(
    @Args(() => ProposalsArgs) { state, ...page }: ProposalsArgs,
    @Ctx() call: Call,
  ): Promise<Connection<Proposal>> {
    return proposalsByPage(call, state ?? null, page);
  }

  @Mutation(() => ApproveProposalPayload, {
    description: 'Agrees to what another person proposed, which is then carried out: all of it, or nothing.',
  })
  approveProposal(
    @Arg('input', () => ApproveProposalInput, { description: 'Which, and why.' }) input: ApproveProposalInput,
    @Ctx() call: Call,
  ): Promise<ApproveProposalPayload> {
    return asUserErrors(async () => ({ proposal: await approveProposal(call, input) }));
  }

  @Mutation(() => RejectProposalPayload, { description: 'Turns a proposal down, or takes it back.' })
  rejectProposal(
    @Arg('input', () => RejectProposalInput, { description: 'Which, and why.' }) input: RejectProposalInput,
    @Ctx() call: Call,
  ): Promise<RejectProposalPayload> {
    return asUserErrors(async () => ({ proposal: await rejectProposal(call, input) }));
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { id }: Proposal): string {
    return globalId('Proposal', id);
  }

  @FieldResolver(() => ProposalStateEnum, { description: 'Where it stands.' })
  state(@Root() { decision }: Proposal): ProposalState {
    return decision ?? 'OPEN';
  }

  @FieldResolver(() => JsonScalar, { description: 'What the action was asked for with: ids as the API gives them.' })
  input(@Root() { action, input }: Proposal): unknown {
    return actionOf(action).shown(input);
  }

  @FieldResolver(() => [ID], { description: 'What came of it, such as a sanction; empty unless it was approved.' })
  results(@Root() { resultIds }: Proposal): readonly string[] {
    return resultIds;
  }
}
