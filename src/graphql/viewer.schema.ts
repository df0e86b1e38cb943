import { Field, ObjectType } from 'type-graphql';
import type { Role } from '../access/actor.ts';
import { graphqlEnum } from '../schema/enum.ts';

export const RoleEnum = graphqlEnum<Role>('Role', 'What a caller is to the marketplace.', {
  PUBLIC: 'Anyone, without a token.',
  BUYER: 'A buyer: sees and does what is its own.',
  MERCHANT: 'A merchant: sees and does what is its own.',
  PARTNER: 'Someone outside who asks for grades.',
  PLATFORM: "The marketplace's back end: tells what happened.",
  MODERATOR: 'Staff who judge reviews and impose measures.',
  ADMIN: 'Staff who may also set the rules.',
  AUDITOR: 'Staff who read everything and change nothing.',
});

@ObjectType('Viewer', { simpleResolvers: true, description: 'Who is calling.' })
export class ViewerView {
  @Field(() => RoleEnum, { description: 'As the token or API key says; PUBLIC without one.' })
  role!: Role;

  @Field(() => [String], {
    description: 'What the API key is limited to, such as events:write. Empty: all that the role may do.',
  })
  scopes!: readonly string[];
}
