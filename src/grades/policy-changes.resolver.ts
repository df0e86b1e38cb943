import { Arg, Args, Ctx, Mutation, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { localeOf } from '../scoring/texts.ts';
import { activatePolicy, shadowPolicy } from './activation.commands.ts';
import { backtestPolicy } from './backtest.commands.ts';
import type { InWords } from './backtest-report.ts';
import { backtestView, BacktestCauseView, PolicyChangeView } from './backtest.schema.ts';
import { savePolicyDraft } from './drafts.commands.ts';
import { LocaleArgs } from './grades.schema.ts';
import {
  ActivatePolicyInput,
  ActivatePolicyPayload,
  BacktestPolicyInput,
  BacktestPolicyPayload,
  SavePolicyDraftInput,
  SavePolicyDraftPayload,
  ShadowPolicyInput,
  ShadowPolicyPayload,
} from './policy-changes.schema.ts';

@Resolver()
export class PolicyChangesResolver {
  @Mutation(() => SavePolicyDraftPayload, {
    description: 'Keeps rules as the next version of their policy. Nobody is graded by them until they are activated.',
  })
  savePolicyDraft(
    @Arg('input', () => SavePolicyDraftInput, { description: 'The rules.' }) input: SavePolicyDraftInput,
    @Ctx() call: Call,
  ): Promise<SavePolicyDraftPayload> {
    return asUserErrors(async () => ({ version: await savePolicyDraft(call, input) }));
  }

  @Mutation(() => BacktestPolicyPayload, {
    description:
      'Grades every subject under a version and under the one in force. It may take a minute; it writes nothing.',
  })
  backtestPolicy(
    @Arg('input', () => BacktestPolicyInput, { description: 'What to try.' }) input: BacktestPolicyInput,
    @Ctx() call: Call,
  ): Promise<BacktestPolicyPayload> {
    return asUserErrors(async () => {
      const report = await backtestPolicy(call, {
        ...input,
        subjectKind: input.subjectKind ?? 'MERCHANT',
        from: input.from ?? null,
        to: input.to ?? null,
      });
      return { report, backtest: backtestView(report) };
    });
  }

  @Mutation(() => ActivatePolicyPayload, {
    description:
      'Brings a version into force, in the place of the one that is; or proposes it, where another person must agree. The version in force serves until the standings of all subjects under the other are built.',
  })
  activatePolicy(
    @Arg('input', () => ActivatePolicyInput, { description: 'Which version, and from when.' })
    input: ActivatePolicyInput,
    @Ctx() call: Call,
  ): Promise<ActivatePolicyPayload> {
    const subjectKind = input.subjectKind ?? 'MERCHANT';
    return asUserErrors(async () => ({
      version: await activatePolicy(call, { ...input, subjectKind, from: input.from ?? null }),
    }));
  }

  @Mutation(() => ShadowPolicyPayload, {
    description: 'Lets a version run along: standings are kept under it, and nobody is graded by it. Or ends that.',
  })
  shadowPolicy(
    @Arg('input', () => ShadowPolicyInput, { description: 'Which version.' }) input: ShadowPolicyInput,
    @Ctx() call: Call,
  ): Promise<ShadowPolicyPayload> {
    const subjectKind = input.subjectKind ?? 'MERCHANT';
    return asUserErrors(async () => ({ version: await shadowPolicy(call, { ...input, subjectKind }) }));
  }
}

@Resolver(() => PolicyChangeView)
export class PolicyChangeTextResolver {
  @FieldResolver(() => String, { description: 'The change, in a sentence.' })
  text(@Root() change: InWords, @Args(() => LocaleArgs) { locale }: LocaleArgs): string {
    return change[localeOf(locale)];
  }
}

@Resolver(() => BacktestCauseView)
export class BacktestCausesResolver {
  @FieldResolver(() => String, { description: 'The cause, in words.' })
  text(@Root() { text }: BacktestCauseView, @Args(() => LocaleArgs) { locale }: LocaleArgs): string {
    return text[localeOf(locale)];
  }
}
