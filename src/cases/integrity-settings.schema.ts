import { Field, ObjectType } from 'type-graphql';
import type { SettingsRow } from '../integrity/settings.commands.ts';
import { IntegritySettingsView } from '../integrity/settings.schema.ts';
import { ProposalView } from '../sanctions/approval.schema.ts';
import type { Proposal } from '../sanctions/proposal.ts';
import { UserErrorView, type RefusalView } from '../schema/user-error.ts';

@ObjectType('SetIntegritySettingsPayload', { simpleResolvers: true, description: 'What became of new settings.' })
export class SetIntegritySettingsPayload {
  @Field(() => IntegritySettingsView, {
    nullable: true,
    description: 'The settings in force; null when they were proposed or refused.',
  })
  settings?: SettingsRow | null;

  @Field(() => ProposalView, {
    nullable: true,
    description: 'What another ADMIN must agree to; null when it was done, or refused.',
  })
  proposal?: Proposal | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done or proposed.' })
  userErrors!: RefusalView[];
}
