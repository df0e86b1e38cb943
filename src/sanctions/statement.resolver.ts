import { Args, FieldResolver, Resolver, Root } from 'type-graphql';
import { LocaleArgs } from '../grades/grades.schema.ts';
import { localeOf } from '../scoring/texts.ts';
import { RedressView, StatementOfReasonsView } from './statement.schema.ts';
import { redressText, type StatementOfReasons } from './statement.ts';

@Resolver(() => StatementOfReasonsView)
export class StatementsResolver {
  @FieldResolver(() => String, { description: 'The ground, in words.' })
  groundText(@Root() { groundText }: StatementOfReasons, @Args(() => LocaleArgs) { locale }: LocaleArgs): string {
    return groundText[localeOf(locale)];
  }

  @FieldResolver(() => String, { description: 'What follows, in words.' })
  effect(@Root() { effect }: StatementOfReasons, @Args(() => LocaleArgs) { locale }: LocaleArgs): string {
    return effect[localeOf(locale)];
  }

  @FieldResolver(() => RedressView, { description: 'What can be done against it, and until when.' })
  redress(@Root() { appealUntil }: StatementOfReasons): Redressable {
    return { appealUntil };
  }
}

type Redressable = Pick<StatementOfReasons, 'appealUntil'>;

@Resolver(() => RedressView)
export class RedressResolver {
  @FieldResolver(() => String, { description: 'How, in words.' })
  text(@Root() { appealUntil }: Redressable, @Args(() => LocaleArgs) { locale }: LocaleArgs): string {
    return redressText(appealUntil)[localeOf(locale)];
  }
}
