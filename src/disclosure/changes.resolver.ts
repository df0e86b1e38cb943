import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import type { PolicyVersion } from '../grades/policy-version.ts';
import { PolicyVersionView } from '../grades/policies.schema.ts';
import { versionById } from '../grades/policy-versions.loaders.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import type { Connection } from '../kernel/page.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import { SubjectView, type SubjectRow } from '../schema/subject.ts';
import type { ChangeRow } from './changes.queries.ts';
import { GradeMoveConnection, GradeMoveView } from './changes.schema.ts';
import { gradeChanges } from './changes.ts';
import { subjectById } from './subjects.ts';

@Resolver(() => GradeMoveView)
export class ChangesResolver {
  @Query(() => GradeMoveConnection, {
    description:
      'Every change of a level, the oldest first: complete, each once, and those of one subject in their order. Ask on with `endCursor` as `after`; an empty page means that there is nothing new, and its cursor is the one you have. Changes are kept for 90 days. A partner follows those of buyers who consent at that moment.',
  })
  gradeChanges(
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() call: Call,
  ): Awaitable<Connection<ChangeRow>> {
    return gradeChanges(call, args);
  }

  @FieldResolver(() => SubjectView, {
    nullable: true,
    description: 'Whose grade it is; null where you may not see it.',
  })
  subject(@Root() { subjectKind, subjectId }: ChangeRow, @Ctx() call: Call): Promise<SubjectRow | null> {
    return subjectById(call, subjectKind, subjectId);
  }

  @FieldResolver(() => PolicyVersionView, { description: 'The rules by which it is told.' })
  policy(@Root() { policyId }: ChangeRow, @Ctx() call: Call): Promise<PolicyVersion | null> {
    return versionById(call, policyId);
  }
}
