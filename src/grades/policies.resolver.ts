import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { SubjectKindEnum } from '../schema/subject.ts';
import { publishedPolicies, type PublishedPolicy } from './policies.loaders.ts';
import { PolicyView } from './policies.schema.ts';

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
