import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { CreditGradeView } from '../grades/grades.schema.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { SubjectKindEnum } from '../schema/subject.ts';
import { portfolioGrades, type PortfolioElement } from './portfolio.ts';

@Resolver()
export class PortfolioResolver {
  @Query(() => [CreditGradeView], {
    nullable: 'items',
    description:
      'The grades of a whole portfolio, in the order of the ids; null where one is not known. For a partner each buyer without consent is null, too, with an error that says why.',
  })
  grades(
    @Arg('externalIds', () => [String], { description: "The platform's own ids, at most 1,000." })
    externalIds: string[],
    @Arg('subjectKind', () => SubjectKindEnum, { description: 'What they are ids of.' }) subjectKind: SubjectKind,
    @Ctx() call: Call,
    @Arg('policy', () => String, { nullable: true, description: 'By which policy, as in `Subject.grade`.' })
    policy?: string | null,
  ): Promise<PortfolioElement[]> {
    return portfolioGrades(call, subjectKind, externalIds, policy ?? null);
  }
}
