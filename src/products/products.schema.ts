import { Directive, Field, ObjectType } from 'type-graphql';
import { SubjectView, type SubjectRow } from '../schema/subject.ts';

/** A product as the loaders give it. */
export interface ProductRow extends SubjectRow {
  readonly __typename: 'Product';
  readonly category: string | null;
  readonly merchantId: string;
}

@Directive('@key(fields: "id")')
@Directive('@key(fields: "externalId")')
@ObjectType('Product', { implements: SubjectView, simpleResolvers: true, description: 'What a merchant offers.' })
export class ProductView extends SubjectView {
  @Field(() => String, { nullable: true, description: "In the platform's own words; null while none was told." })
  category!: string | null;
}
