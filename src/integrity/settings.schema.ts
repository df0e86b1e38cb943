import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar, JsonScalar } from '../schema/scalars.ts';
import type { SettingsRow } from './settings.queries.ts';

@ObjectType('IntegritySettings', {
  simpleResolvers: true,
  description:
    'How doubt is weighed and what follows from it by itself: data with versions, of which the last is in force.',
})
export class IntegritySettingsView implements SettingsRow {
  @Field(() => Int, { description: 'From 1 on; 0: those that come with the house.' })
  version!: number;

  @Field(() => JsonScalar, {
    description:
      'baseRate; voidProposedFrom and voidProposedFamilies; voidsByItself: whether a scan voids such reviews without a person; brushing, the same for orders and their reviews: voidsByItself and waitHours, 1 to 720, that a suspicion is left to people first; atOnce and lookingBack, each with holds, heldFrom (a probability) and heldFamilies; claimMinutes; weights: by code of evidence, steps [threshold or null, weight in nats] where they differ from the shipped ones.',
  })
  document!: unknown;

  @Field(() => String, { description: 'Why they were set so.' })
  note!: string;

  @Field(() => String, { description: 'Who set them.' })
  setBy!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When they were set; null for those that come with the house.',
  })
  setAt!: Date | null;
}

@InputType({ description: 'How doubt is to be weighed from now on, and why.' })
export class SetIntegritySettingsInput {
  @Field(() => JsonScalar, { description: 'The whole document, as `integritySettings` shows it.' })
  document!: unknown;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters. It is kept.' })
  note!: string;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}
