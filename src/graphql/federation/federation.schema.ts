import { GraphQLScalarType } from 'graphql';
import { GraphQLJSONObject } from 'graphql-scalars';
import { createUnionType, Field, ObjectType } from 'type-graphql';
import { BuyerView } from '../../buyers/buyers.schema.ts';
import { MerchantView } from '../../merchants/merchants.schema.ts';
import { ProductView } from '../../products/products.schema.ts';
import { ReviewView } from '../../reviews/reviews.schema.ts';

/** The names and shapes here are those of the Apollo Federation subgraph specification. */
export const AnyScalar = new GraphQLScalarType({
  ...GraphQLJSONObject.toConfig(),
  name: '_Any',
  description: 'How a gateway names a thing: its `__typename`, and its `id` or `externalId`.',
});

export const EntityUnion = createUnionType({
  name: '_Entity',
  description: 'What other subgraphs of a federation may refer to: each type with a @key.',
  types: () => [MerchantView, BuyerView, ProductView, ReviewView] as const,
});

@ObjectType('_Service', { simpleResolvers: true, description: 'This API as a subgraph of a federation.' })
export class ServiceView {
  @Field(() => String, { description: 'The schema, with the directives of Apollo Federation 2.' })
  sdl!: string;
}
