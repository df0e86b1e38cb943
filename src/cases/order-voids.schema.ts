import { Field, ObjectType } from 'type-graphql';
import type { OrderVoidRow } from '../orders/void-orders.ts';
import { DateTimeScalar } from '../schema/scalars.ts';

@ObjectType('OrderVoid', {
  simpleResolvers: true,
  description:
    'Why an order does not count. What is heard of it meanwhile is kept, and means nothing until the order is restored.',
})
export class OrderVoidView implements Pick<OrderVoidRow, 'ground' | 'statement' | 'at'> {
  @Field(() => String, { description: 'The ground, as the rules of conduct name it: BRUSHING.' })
  ground!: string;

  @Field(() => String, { description: 'The reason as it was told to those concerned.' })
  statement!: string;

  @Field(() => DateTimeScalar, { description: 'When it stopped counting.' })
  at!: Date;
}
