import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../schema/scalars.ts';
import { RefusalView, UserErrorView } from '../schema/user-error.ts';

@ObjectType('GradeCredential', {
  simpleResolvers: true,
  description:
    'A grade, signed: a W3C Verifiable Credential 2.0 as a JWT (vc+jwt, EdDSA). Its keys are at `/.well-known/jwks.json`; whether it was revoked is in the Bitstring Status List that it names.',
})
export class GradeCredentialView {
  @Field(() => ID, { description: 'Names it for `revokeGradeCredential`; it is the `jti` of the JWT, too.' })
  id!: string;

  @Field(() => String, { description: 'The credential itself.' })
  jwt!: string;

  @Field(() => DateTimeScalar, { description: 'From when it is good.' })
  validFrom!: Date;

  @Field(() => DateTimeScalar, { description: 'Until when it is good. Ask for a new one after that.' })
  validUntil!: Date;
}

@InputType({ description: 'Which signed grade is revoked, and why.' })
export class RevokeGradeCredentialInput {
  @Field(() => ID, { description: 'Its id: the `jti` of the JWT.' })
  credentialId!: string;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters. It is kept.' })
  note!: string;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@ObjectType('RevokeGradeCredentialPayload', { simpleResolvers: true, description: 'What became of a signed grade.' })
export class RevokeGradeCredentialPayload {
  @Field(() => ID, { nullable: true, description: 'Its id; null when it was not revoked.' })
  credentialId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked; null when it was not.' })
  revokedAt?: Date | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}
