import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import type { AnyGrade } from '../grades/grade.ts';
import { CreditGradeView } from '../grades/grades.schema.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { SubjectKindEnum } from '../schema/subject.ts';
import { portfolioGrades } from './portfolio.ts';

@Resolver()
export class PortfolioResolver {
  @Query(() => [CreditGradeView], {
    nullable: 'items',
    description:
      'The grades of a whole portfolio, in the order of the ids; null where one is not known, or you may not see it.',
  })
  grades(
    @Arg('externalIds', () => [String], { description: "The platform's own ids, at most 1,000." })
    externalIds: string[],
    @Arg('subjectKind', () => SubjectKindEnum, { description: 'What they are ids of.' }) subjectKind: SubjectKind,
    @Ctx() call: Call,
    @Arg('policy', () => String, { nullable: true, description: 'By which policy, as in `Subject.grade`.' })
    policy?: string | null,
  ): Promise<(AnyGrade | null)[]> {
    return portfolioGrades(call, subjectKind, externalIds, policy ?? null);
  }
}
