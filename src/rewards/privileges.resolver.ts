import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { BuyerView } from '../buyers/buyers.schema.ts';
import { LocaleArgs } from '../grades/grades.schema.ts';
import { MerchantView } from '../merchants/merchants.schema.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import type { SubjectRow } from '../schema/subject.ts';
import { localeOf } from '../scoring/texts.ts';
import { privilegeOf, privilegesOf } from './privileges.loaders.ts';
import { PrivilegeCheckView, PrivilegeView } from './privileges.schema.ts';
import type { Held } from './privileges.ts';

const LIST = { description: 'What its grade and its points entitle it to now. For itself and for the house.' };

@Resolver(() => MerchantView)
export class MerchantPrivilegesResolver {
  @FieldResolver(() => [PrivilegeView], LIST)
  privileges(@Root() merchant: SubjectRow, @Ctx() call: Call): Promise<Held[]> {
    return privilegesOf(call, merchant);
  }
}

@Resolver(() => BuyerView)
export class BuyerPrivilegesResolver {
  @FieldResolver(() => [PrivilegeView], LIST)
  privileges(@Root() buyer: SubjectRow, @Ctx() call: Call): Promise<Held[]> {
    return privilegesOf(call, buyer);
  }
}

@Resolver(() => PrivilegeView)
export class PrivilegesResolver {
  @Query(() => PrivilegeCheckView, { description: 'Whether a merchant or a buyer has a privilege now: for back ends.' })
  async hasPrivilege(
    @Arg('subjectId', () => ID, { description: 'The merchant or the buyer.' }) subjectId: string,
    @Arg('key', () => String, { description: 'Which one: FREE_RETURNS. `rewardsPolicy` has them all.' }) key: string,
    @Ctx() call: Call,
  ): Promise<PrivilegeCheckView> {
    const privilege = await privilegeOf(call, subjectId, key);
    return { granted: privilege !== null, privilege };
  }

  @FieldResolver(() => String, { description: 'Which one, by its name in the rules: FREE_RETURNS.' })
  key(@Root() { rule }: Held): string {
    return rule.key;
  }

  @FieldResolver(() => String, { description: 'What it is, in words.' })
  label(@Root() { rule }: Held, @Args(() => LocaleArgs) { locale }: LocaleArgs): string {
    return rule.texts[localeOf(locale)];
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: 'Since when it is held; null for some moments after it was gained, until that is written down.',
  })
  since(@Root() { since }: Held): Date | null {
    return since === null ? null : new Date(since);
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: 'When its time of grace ends; null while grade or points still give it.',
  })
  until(@Root() { until }: Held): Date | null {
    return until === null ? null : new Date(until);
  }
}
