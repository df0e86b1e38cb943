import { Field, InterfaceType } from 'type-graphql';
import type { SubjectKind } from '../kernel/subject.ts';
import { graphqlEnum } from './enum.ts';
import { NodeView } from './node.ts';

export const SubjectKindEnum = graphqlEnum<SubjectKind>('SubjectKind', 'Whoever or whatever is graded.', {
  MERCHANT: 'A shop of the marketplace.',
  BUYER: 'A person who buys and reviews.',
  PRODUCT: 'What a merchant offers.',
  CARRIER: 'Who delivers parcels.',
  SUPPLIER: 'Who supplies merchants.',
});

/** Any of the subjects as its room's loaders give it. `id` is the row's own; the API's opaque one is made of it. */
export interface SubjectRow {
  readonly __typename: 'Merchant' | 'Buyer' | 'Product';
  readonly kind: SubjectKind;
  readonly id: string;
  readonly externalId: string;
  readonly name: string | null;
}

/** Rooms above add fields here with a `@Resolver(() => SubjectView)`, and each subject has them. */
@InterfaceType('Subject', { implements: NodeView, description: 'Whoever or whatever is graded.' })
export abstract class SubjectView extends NodeView {
  @Field(() => SubjectKindEnum, { description: 'What kind of subject this is.' })
  kind!: SubjectKind;

  @Field(() => String, { description: "The platform's own id, as it was sent with events." })
  externalId!: string;

  @Field(() => String, { nullable: true, description: 'As it was last told; null while no name was told.' })
  name!: string | null;
}
