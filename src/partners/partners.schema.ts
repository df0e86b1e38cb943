import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { NodeView } from '../schema/node.ts';
import { connectionType } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { RefusalView, UserErrorView } from '../schema/user-error.ts';
import type { Partner } from './partner.ts';
import { PartnerTermsInput } from './terms.schema.ts';

@ObjectType('Partner', {
  implements: NodeView,
  simpleResolvers: true,
  description: 'Someone outside who asks for grades under agreed terms, such as a lender.',
})
export class PartnerView extends NodeView {
  @Field(() => String, { description: 'Its name, which no other partner has.' })
  name!: string;

  @Field(() => String, { description: 'Why it was let in.' })
  note!: string;

  @Field(() => String, { description: 'Who let it in.' })
  createdBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was let in.' })
  createdAt!: Date;
}

export const PartnerConnection = connectionType<Partner>('Partner', () => PartnerView);

export const IDEMPOTENCY_KEY = {
  description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
};
export const NOTE = { description: 'Why: 1 to 2,000 characters. It is kept.' };
export const WHY_NOT = { description: 'Why nothing was changed; empty when it was done.' };

@InputType({ description: 'Who is let in, and why.' })
export class CreatePartnerInput {
  @Field(() => String, { description: 'Its name: 1 to 200 characters, and not that of another partner.' })
  name!: string;

  @Field(() => PartnerTermsInput, {
    nullable: true,
    description:
      'What it may take out; else the grades of merchants and products, for ONBOARDING and DISPLAY, 100,000 a day and 5,000 at once.',
  })
  terms?: PartnerTermsInput | null;

  @Field(() => String, NOTE)
  note!: string;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

@ObjectType('CreatePartnerPayload', { simpleResolvers: true, description: 'What became of a new partner.' })
export class CreatePartnerPayload {
  @Field(() => PartnerView, { nullable: true, description: 'The partner; null when it was refused.' })
  partner?: Partner | null;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}

@InputType({ description: 'Which partner, and what it agrees to from now on.' })
export class SetPartnerTermsInput {
  @Field(() => ID, { description: 'The partner.' })
  partnerId!: string;

  @Field(() => PartnerTermsInput, { description: 'All of its terms: those before are replaced.' })
  terms!: PartnerTermsInput;

  @Field(() => String, NOTE)
  note!: string;

  @Field(() => String, IDEMPOTENCY_KEY)
  idempotencyKey!: string;
}

@ObjectType('SetPartnerTermsPayload', { simpleResolvers: true, description: 'What became of new terms.' })
export class SetPartnerTermsPayload {
  @Field(() => PartnerView, { nullable: true, description: 'The partner; null when it was refused.' })
  partner?: Partner | null;

  @Field(() => [UserErrorView], WHY_NOT)
  userErrors!: RefusalView[];
}
