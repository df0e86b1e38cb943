import { Arg, ArgsType, Args, Ctx, Field, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { DateTimeScalar, JsonScalar } from '../schema/scalars.ts';
import { SubjectKindEnum } from '../schema/subject.ts';
import type { Step } from './activation.queries.ts';
import type { InWords } from './backtest-report.ts';
import { PolicyChangeView } from './backtest.schema.ts';
import { publishedPolicies, type PublishedPolicy } from './policies.loaders.ts';
import { PolicyStateEnum, PolicyStepView, PolicyVersionView, PolicyView } from './policies.schema.ts';
import { changesOf, stepsOfVersion, versionById } from './policy-versions.loaders.ts';
import { stateAt, type PolicyState, type Validity } from './policy-version.ts';

@Resolver()
export class PoliciesResolver {
  @Query(() => [PolicyView], { description: 'The rules by which one is judged. They are public.' })
  policies(
    @Ctx() call: Call,
    @Arg('subjectKind', () => SubjectKindEnum, { nullable: true, description: 'Only those that grade this kind.' })
    subjectKind?: SubjectKind | null,
  ): Promise<PublishedPolicy[]> {
    return publishedPolicies(call, subjectKind);
  }
}

@ArgsType()
export class SinceArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'Against which version. If not given: the one before it that was in force, else the one before it.',
  })
  since?: number | null;
}

/** A version, as a list or a grade has it: its document is read when it is asked for. */
type AnyVersion = Validity & { readonly id: string };

@Resolver(() => PolicyVersionView)
export class PolicyVersionsResolver {
  @FieldResolver(() => PolicyStateEnum, { description: 'Where it stands.' })
  state(@Root() version: AnyVersion, @Ctx() { now }: Call): PolicyState {
    return stateAt(version, now);
  }

  @FieldResolver(() => JsonScalar, { description: 'The rules, whole.' })
  async document(@Root() { id }: AnyVersion, @Ctx() call: Call): Promise<unknown> {
    return (await versionById(call, id))?.document;
  }

  @FieldResolver(() => DateTimeScalar, { description: 'When it was saved.' })
  async recordedAt(@Root() { id }: AnyVersion, @Ctx() call: Call): Promise<Date | undefined> {
    return (await versionById(call, id))?.recordedAt;
  }

  @FieldResolver(() => String, { description: 'Why it was made.' })
  async note(@Root() { id }: AnyVersion, @Ctx() call: Call): Promise<string | undefined> {
    return (await versionById(call, id))?.note;
  }

  @FieldResolver(() => [PolicyChangeView], {
    description: 'In what it differs from an earlier version, in sentences. None for the first.',
  })
  changes(
    @Root() { id }: AnyVersion,
    @Args(() => SinceArgs) { since }: SinceArgs,
    @Ctx() call: Call,
  ): Promise<readonly ({ path: string } & InWords)[]> {
    return changesOf(call, id, since ?? null);
  }

  @FieldResolver(() => [PolicyStepView], { description: 'What was done to it, by whom and why, the first first.' })
  steps(@Root() { id }: AnyVersion, @Ctx() call: Call): Promise<readonly Step[]> {
    return stepsOfVersion(call, id);
  }
}
