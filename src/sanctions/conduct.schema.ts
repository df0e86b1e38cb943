import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar, JsonScalar } from '../schema/scalars.ts';
import { UserErrorView, type RefusalView } from '../schema/user-error.ts';
import { ProposalView } from './approval.schema.ts';
import type { Proposal } from './proposal.ts';

@ObjectType('ConductPolicy', {
  simpleResolvers: true,
  description:
    'The rules of measures: what each ground weighs in strikes, how long they count, which measure follows, and who must agree to it.',
})
export class ConductPolicyView {
  @Field(() => Int, { description: 'Its version; 1 is the one that comes with the house.' })
  version!: number;

  @Field(() => JsonScalar, { description: 'The rules, whole.' })
  document!: unknown;
}

@InputType({ description: 'New rules of measures.' })
export class SaveConductPolicyInput {
  @Field(() => JsonScalar, { description: 'The whole document; its form is told by `ConductPolicy.document`.' })
  document!: unknown;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'From when decisions follow them: at most three years ahead; at once, if not given.',
  })
  activeFrom?: Date | null;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters, kept with the version.' })
  note!: string;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@ObjectType('SaveConductPolicyPayload', { simpleResolvers: true, description: 'What became of new rules.' })
export class SaveConductPolicyPayload {
  @Field(() => ConductPolicyView, {
    nullable: true,
    description: 'The new version; null when it was proposed or refused.',
  })
  policy?: ConductPolicyView | null;

  @Field(() => ProposalView, {
    nullable: true,
    description: 'What another ADMIN must agree to; null when it was done, or refused.',
  })
  proposal?: Proposal | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}
