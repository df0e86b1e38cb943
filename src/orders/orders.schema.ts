import { Field, Int, ObjectType } from 'type-graphql';
import { NodeView } from '../schema/node.ts';
import { connectionType } from '../schema/page.ts';
import { DateTimeScalar, SafeIntScalar } from '../schema/scalars.ts';
import type { Order } from './order.ts';

/** An order as the loaders give it. */
export interface OrderRow {
  readonly __typename: 'Order';
  readonly id: string;
  readonly externalId: string;
  readonly merchantId: string;
  readonly buyerId: string;
  readonly lines: Order['lines'];
  readonly amount: number;
  readonly currency: string;
  readonly placedAt: Date;
  readonly shipBy: Date | null;
  readonly deliverBy: Date | null;
  readonly paidAt: Date | null;
  readonly shippedAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly completedAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly voidedAt: Date | null; // why, is told by those above
}
export type OrderLineRow = OrderRow['lines'][number];

@ObjectType('OrderLine', { simpleResolvers: true, description: 'One thing that was ordered.' })
export class OrderLineView {
  @Field(() => Int, { description: 'How many: 1 or more.' })
  quantity!: number;

  @Field(() => SafeIntScalar, { description: "The price of one, in minor units of the order's currency." })
  unitPrice!: number;
}

@ObjectType('Order', {
  implements: NodeView,
  simpleResolvers: true,
  description: 'A purchase and what became of it. Seen by its two parties and by the marketplace.',
})
export class OrderView extends NodeView {
  @Field(() => String, { description: "The platform's own id, as it was sent with events." })
  externalId!: string;

  @Field(() => [OrderLineView], { description: 'What was ordered; empty where that was not told.' })
  lines!: OrderLineRow[];

  @Field(() => SafeIntScalar, {
    description: 'The total, in minor units of the currency: 1999 is 19.99 EUR, or 1999 JPY.',
  })
  amount!: number;

  @Field(() => String, { description: 'ISO 4217, such as EUR.' })
  currency!: string;

  @Field(() => DateTimeScalar, { description: 'When it was placed.' })
  placedAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until when it was to be shipped; null where nothing was promised.',
  })
  shipBy!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until when it was to be delivered; null where nothing was promised.',
  })
  deliverBy!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was paid; null while that is not known.' })
  paidAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was shipped; null while that is not known.' })
  shippedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was delivered; null while that is not known.' })
  deliveredAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was kept for good, because the time for returning it was over; null before.',
  })
  completedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was cancelled; null while it is not.' })
  cancelledAt!: Date | null;
}

export const OrderConnection = connectionType<OrderRow>('Order', () => OrderView);
