import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { pulled } from '../inquiries/pull.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import type { SubjectRow } from '../schema/subject.ts';
import { SubjectView } from '../schema/subject.ts';
import type { NextLevel } from '../scoring/next.ts';
import type { PresetFactor } from '../scoring/preset-grade.ts';
import { wordsOf } from '../scoring/preset-texts.ts';
import type { Reason } from '../scoring/reasons.ts';
import { kindLabel } from '../scoring/texts.ts';
import { gradeOfSubject, ruledBy, type AnyGrade, type SubjectFactor } from './grade.ts';
import {
  CreditGradeView,
  GradeArgs,
  GradeFactorView,
  GradeGapView,
  GradePointView,
  GradeReasonView,
  HistoryArgs,
  LocaleArgs,
} from './grades.schema.ts';
import { gradeHistory, type GradePointRow } from './history.ts';

const GRADE = { operation: 'Subject.grade', taken: 'GRADE', scope: 'grades:read', policyOf: ruledBy } as const;
const HISTORY = { operation: 'Subject.gradeHistory', taken: 'HISTORY', scope: 'grades:history' } as const;

@Resolver(() => SubjectView)
export class GradesResolver {
  @FieldResolver(() => CreditGradeView, { description: 'How far it can be trusted.' })
  grade(@Root() subject: SubjectRow, @Args(() => GradeArgs) args: GradeArgs, @Ctx() call: Call): Awaitable<AnyGrade> {
    const grade = () => gradeOfSubject(call, subject, args);
    return call.actor.role === 'PARTNER' ? pulled(call, subject, { ...GRADE, ...args }, grade) : grade();
  }

  @FieldResolver(() => [GradePointView], { description: 'Its grade at the end of each day, as it is known now.' })
  gradeHistory(
    @Root() subject: SubjectRow,
    @Args(() => HistoryArgs) { from, to }: HistoryArgs,
    @Ctx() call: Call,
  ): Awaitable<GradePointRow[]> {
    return pulled(call, subject, HISTORY, () => gradeHistory(call, subject, from, to));
  }
}

@Resolver(() => GradeFactorView)
export class GradeFactorsResolver {
  @FieldResolver(() => String, { description: 'The kind of fact, in words.' })
  label(@Root() factor: SubjectFactor | PresetFactor, @Args(() => LocaleArgs) { locale }: LocaleArgs): string {
    return 'label' in factor ? wordsOf(factor.label, locale) : kindLabel(factor.subjectKind, factor.kind, locale);
  }
}

@Resolver(() => GradeReasonView)
export class GradeReasonsResolver {
  @FieldResolver(() => String, { description: 'The reason, in words.' })
  text(@Root() reason: Reason, @Args(() => LocaleArgs) { locale }: LocaleArgs): string {
    return reason.text(locale);
  }
}

@Resolver(() => GradeGapView)
export class GradeGapsResolver {
  @FieldResolver(() => String, { description: 'What to do to get there.' })
  suggestion(@Root() gap: NextLevel, @Args(() => LocaleArgs) { locale }: LocaleArgs): string {
    return gap.suggestion(locale);
  }
}
