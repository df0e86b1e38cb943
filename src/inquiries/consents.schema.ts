import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { Purpose } from '../access/terms.ts';
import { IDEMPOTENCY_KEY, WHY_NOT } from '../partners/partners.schema.ts';
import { PurposeEnum } from '../partners/terms.schema.ts';
import { graphqlEnum } from '../schema/enum.ts';
import { NodeView } from '../schema/node.ts';
import { connectionType } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { RefusalView, UserErrorView } from '../schema/user-error.ts';
import type { Consent, ConsentState } from './consent.ts';

export const ConsentStateEnum = graphqlEnum<ConsentState>('ConsentStatus', 'Where a consent stands.', {
  HOLDS: 'It holds.',
  EXPIRED: 'Its time is over.',
  WITHDRAWN: 'It was withdrawn.',
  RENEWED: 'Another one, to the same partner for the same purpose, took its place.',
});

@ObjectType('Consent', {
  implements: NodeView,
  simpleResolvers: true,
  description: "A buyer's word that a partner may take out its grade, for a purpose and a time.",
})
export class ConsentView extends NodeView {
  @Field(() => PurposeEnum, { description: 'What for.' })
  purpose!: Purpose;

  @Field(() => DateTimeScalar, { description: 'When it was given. It holds from then on.' })
  grantedAt!: Date;

  @Field(() => String, { description: 'Who gave it, or passed it on.' })
  grantedBy!: string;

  @Field(() => String, {
    nullable: true,
    description: "Where the marketplace keeps the buyer's word, if it passed that on; null where the buyer gave it.",
  })
  proof!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it ends of itself.' })
  until!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was withdrawn or renewed; null where it was neither.',
  })
  endedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Who did so; null where nobody did.' })
  endedBy!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where the marketplace keeps the word by which it was withdrawn, if it passed that on; else null.',
  })
  endProof!: string | null;
}

export const ConsentConnection = connectionType<Consent>('Consent', () => ConsentView);

const PROOF = {
  nullable: true,
  description:
    "For the marketplace's back end, which must give it: where it keeps the buyer's word, in 1 to 200 characters. A reference, and nothing about the person. A buyer leaves it out.",
};

@InputType({ description: 'Who may take out whose grade, what for, and how long.' })
export class GrantConsentInput {
  @Field(() => ID, { nullable: true, description: 'Whose grade. A buyer may leave it out: it is its own.' })
  buyerId?: string | null;

  @Field(() => ID, { description: 'Who may take it out.' })
  partnerId!: string;

  @Field(() => PurposeEnum, { description: 'What for.' })
  purpose!: Purpose;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it ends of itself: within 366 days; in 90 days, if not given.',
  })
  until?: Date | null;

  @Field(() => String, PROOF)
  proof?: string | null;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

@InputType({ description: 'Which consent ends.' })
export class WithdrawConsentInput {
  @Field(() => ID, { description: 'The consent.' })
  consentId!: string;

  @Field(() => String, PROOF)
  proof?: string | null;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

@ObjectType('GrantConsentPayload', { simpleResolvers: true, description: 'What became of a consent.' })
export class GrantConsentPayload {
  @Field(() => ConsentView, { nullable: true, description: 'The consent; null when it was refused.' })
  consent?: Consent | null;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}

@ObjectType('WithdrawConsentPayload', { simpleResolvers: true, description: 'What became of a withdrawal.' })
export class WithdrawConsentPayload {
  @Field(() => ConsentView, { nullable: true, description: 'The consent; null when it was refused.' })
  consent?: Consent | null;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}
