import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import type { Gradable } from '../grades/grade.ts';
import { SubjectView } from '../schema/subject.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { gradeCredential, revokeGradeCredential, type GradeCredential } from './credentials.commands.ts';
import { GradeCredentialView, RevokeGradeCredentialInput, RevokeGradeCredentialPayload } from './credentials.schema.ts';

@Resolver(() => SubjectView)
export class CredentialsResolver {
  @FieldResolver(() => GradeCredentialView, {
    description: 'Its grade as it is now, signed. Each asking makes a new one.',
  })
  gradeCredential(
    @Root() subject: Gradable,
    @Ctx() call: Call,
    @Arg('policy', () => String, { nullable: true, description: 'By which policy, as in `grade`.' })
    policy?: string | null,
  ): Promise<GradeCredential> {
    return gradeCredential(call, subject, policy ?? null);
  }

  @Mutation(() => RevokeGradeCredentialPayload, {
    description: 'Revokes a signed grade before its time is over. Its status list says so within seconds.',
  })
  revokeGradeCredential(
    @Arg('input', () => RevokeGradeCredentialInput, { description: 'Which, and why.' })
    input: RevokeGradeCredentialInput,
    @Ctx() call: Call,
  ): Promise<RevokeGradeCredentialPayload> {
    return asUserErrors(() => revokeGradeCredential(call, input));
  }
}
