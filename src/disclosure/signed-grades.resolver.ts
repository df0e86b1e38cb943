import { Args, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { PolicyVersionView } from '../grades/policies.schema.ts';
import type { PolicyVersion } from '../grades/policy-version.ts';
import { versionById } from '../grades/policy-versions.loaders.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Partner } from '../partners/partner.ts';
import { PartnerView } from '../partners/partners.schema.ts';
import type { Connection } from '../kernel/page.ts';
import { SubjectView, type SubjectRow } from '../schema/subject.ts';
import { partnerOf } from './holder.ts';
import { stateOf, type SignedGrade, type SignedState } from './signed-grade.ts';
import { signedGradesOf } from './signed-grades.loaders.ts';
import {
  SignedGradeConnection,
  SignedGradesArgs,
  SignedGradeStateEnum,
  SignedGradeView,
} from './signed-grades.schema.ts';

@Resolver(() => SignedGradeView)
export class SignedGradesResolver {
  @FieldResolver(() => ID, { description: 'Names it for `revokeGradeCredential`: the `jti` of the JWT.' })
  credentialId(@Root() { subjectId, id }: SignedGrade): string {
    return globalId('GradeCredential', subjectId, id);
  }

  @FieldResolver(() => SignedGradeStateEnum, { description: 'Whether it is good.' })
  state(@Root() signed: SignedGrade, @Ctx() { now }: Call): SignedState {
    return stateOf(signed, now);
  }

  @FieldResolver(() => PartnerView, {
    nullable: true,
    description: 'The partner that it was signed for; null for others.',
  })
  partner(@Root() { holder }: SignedGrade, @Ctx() call: Call): Promise<Partner | null> {
    return partnerOf(call, holder);
  }

  @FieldResolver(() => PolicyVersionView, { description: 'The rules that the grade was made by.' })
  policy(@Root() { policyId }: SignedGrade, @Ctx() call: Call): Promise<PolicyVersion | null> {
    return versionById(call, policyId);
  }
}

@Resolver(() => SubjectView)
export class SubjectSignedGradesResolver {
  @FieldResolver(() => SignedGradeConnection, {
    description: 'Which of its grades were signed, for whom, and whether they are good still; the last first.',
  })
  signedGrades(
    @Root() { id }: SubjectRow,
    @Args(() => SignedGradesArgs) { state, ...page }: SignedGradesArgs,
    @Ctx() call: Call,
  ): Promise<Connection<SignedGrade>> {
    return signedGradesOf(call, id, state ?? null, page);
  }
}
