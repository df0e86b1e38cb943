import { Directive, Field, ObjectType } from 'type-graphql';
import { connectionType } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { SubjectView, type SubjectRow } from '../schema/subject.ts';

/** A merchant as the loaders give it. */
export interface MerchantRow extends SubjectRow {
  readonly __typename: 'Merchant';
  readonly registeredAt: Date | null;
}

@Directive('@key(fields: "id")')
@Directive('@key(fields: "externalId")')
@ObjectType('Merchant', {
  implements: SubjectView,
  simpleResolvers: true,
  description: 'A shop of the marketplace.',
})
export class MerchantView extends SubjectView {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it joined the marketplace; null while that was not told.',
  })
  registeredAt!: Date | null;
}

export const MerchantConnection = connectionType<MerchantRow>('Merchant', () => MerchantView);
