import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { ProposalView } from '../sanctions/approval.schema.ts';
import type { Proposal } from '../sanctions/proposal.ts';
import { DateTimeScalar, JsonScalar } from '../schema/scalars.ts';
import { UserErrorView, type RefusalView } from '../schema/user-error.ts';

@ObjectType('RewardsPolicy', {
  simpleResolvers: true,
  description:
    'The rules of points: what earns them and what costs them, caps, multipliers, campaigns, what they are worth in money, and which privileges grades and points give.',
})
export class RewardsPolicyView {
  @Field(() => Int, { description: 'Its version; 1 is the one that comes with the house.' })
  version!: number;

  @Field(() => JsonScalar, { description: 'The rules, whole. Instants are in ms since 1970, UTC.' })
  document!: unknown;
}

@InputType({ description: 'New rules of points.' })
export class SaveRewardsPolicyInput {
  @Field(() => JsonScalar, { description: 'The whole document; its form is told by `RewardsPolicy.document`.' })
  document!: unknown;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'What happens from then on follows them: at most three years ahead; from now, if not given.',
  })
  activeFrom?: Date | null;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters, kept with the version.' })
  note!: string;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@ObjectType('SaveRewardsPolicyPayload', { simpleResolvers: true, description: 'What became of new rules.' })
export class SaveRewardsPolicyPayload {
  @Field(() => RewardsPolicyView, {
    nullable: true,
    description: 'The new version; null when it was proposed or refused.',
  })
  policy?: RewardsPolicyView | null;

  @Field(() => ProposalView, {
    nullable: true,
    description: 'What another ADMIN must agree to; null when it was done, or refused.',
  })
  proposal?: Proposal | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}
