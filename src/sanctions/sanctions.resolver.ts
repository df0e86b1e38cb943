import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { BuyerView, type BuyerRow } from '../buyers/buyers.schema.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Connection } from '../kernel/page.ts';
import { MerchantView, type MerchantRow } from '../merchants/merchants.schema.ts';
import { NODE_ID } from '../schema/node.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import { SubjectView, type SubjectRow } from '../schema/subject.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { isActive } from './impose.commands.ts';
import type { LadderStep } from './ladder.ts';
import { mayReadReasons, type Sanction } from './sanction.ts';
import { imposeSanction, liftSanction } from './sanctions.commands.ts';
import { nextSanction, sanctionsOf, statementFor, statementOfReasons, subjectOf } from './sanctions.loaders.ts';
import {
  ImposeSanctionInput,
  ImposeSanctionPayload,
  LadderStepView,
  LiftSanctionInput,
  LiftSanctionPayload,
  SanctionConnection,
  SanctionView,
} from './sanctions.schema.ts';
import { StatementOfReasonsView } from './statement.schema.ts';
import type { StatementOfReasons } from './statement.ts';

const LIST = { description: 'Measures against it that you may see, the last first.' };

@Resolver(() => MerchantView)
export class MerchantSanctionsResolver {
  @FieldResolver(() => SanctionConnection, LIST)
  sanctions(
    @Root() merchant: MerchantRow,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<Sanction>> {
    return sanctionsOf(call, merchant, args);
  }
}

@Resolver(() => BuyerView)
export class BuyerSanctionsResolver {
  @FieldResolver(() => SanctionConnection, LIST)
  sanctions(
    @Root() buyer: BuyerRow,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<Sanction>> {
    return sanctionsOf(call, buyer, args);
  }
}

@Resolver(() => SanctionView)
export class SanctionsResolver {
  @Query(() => LadderStepView, { description: 'What the ladder of measures asks for now. It decides nothing.' })
  nextSanction(
    @Arg('subjectId', () => ID, { description: 'A merchant or a buyer.' }) subjectId: string,
    @Arg('ground', () => String, { description: 'A ground of the conduct rules.' }) ground: string,
    @Arg('count', () => Int, { defaultValue: 1, description: 'How many cases of it; at least 1.' }) count: number,
    @Ctx() call: Call,
  ): Promise<LadderStep> {
    return nextSanction(call, { subjectId, ground, count });
  }

  @Mutation(() => ImposeSanctionPayload, {
    description: 'Takes a measure; or proposes it, where the conduct rules ask for a second person.',
  })
  imposeSanction(
    @Arg('input', () => ImposeSanctionInput, { description: 'Against whom, what and why.' }) input: ImposeSanctionInput,
    @Ctx() call: Call,
  ): Promise<ImposeSanctionPayload> {
    const { points = null, strikes = null, endsAt = null, territory = null } = input;
    return asUserErrors(() => imposeSanction(call, { ...input, points, strikes, endsAt, territory }));
  }

  @Mutation(() => LiftSanctionPayload, {
    description: 'Ends a measure from now on. Points and strikes stay as they are; an appeal can undo those.',
  })
  liftSanction(
    @Arg('input', () => LiftSanctionInput, { description: 'Which, and why.' }) input: LiftSanctionInput,
    @Ctx() call: Call,
  ): Promise<LiftSanctionPayload> {
    return asUserErrors(async () => ({ sanction: await liftSanction(call, input) }));
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { subjectId, id }: Sanction): string {
    return globalId('Sanction', subjectId, id);
  }

  @FieldResolver(() => SubjectView, { description: 'Against whom it is.' })
  subject(@Root() sanction: Sanction, @Ctx() call: Call): Promise<SubjectRow> {
    return subjectOf(call, sanction);
  }

  @FieldResolver(() => Boolean, { description: 'Whether it holds now. What is done at once never does.' })
  active(@Root() { kind, endsAt = null, liftedAt = null, annulledAt = null }: Sanction, @Ctx() { now }: Call): boolean {
    return isActive({ kind, endsAt, liftedAt, annulledAt }, now);
  }

  @FieldResolver(() => String, {
    description:
      'The reasons: for the subject itself and the house; of a public notice, for everyone. All others are told the ground in words, in English.',
  })
  statement(@Root() sanction: Sanction, @Ctx() call: Call): Promise<string> {
    return statementFor(call, sanction);
  }

  @FieldResolver(() => StatementOfReasonsView, {
    nullable: true,
    description:
      'Why it was imposed, and what can be done against it: for the subject itself and the house; of a public notice, for everyone. Null for all others.',
  })
  statementOfReasons(@Root() sanction: Sanction, @Ctx() call: Call): Promise<StatementOfReasons> | null {
    return mayReadReasons(call.actor, sanction) ? statementOfReasons(call, sanction) : null;
  }
}
