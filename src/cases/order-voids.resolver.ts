import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { OrderView, type OrderRow } from '../orders/orders.schema.ts';
import type { OrderVoidRow } from '../orders/void-orders.ts';
import { ReversalReceiptView } from '../reviews/receipts.schema.ts';
import { receiptFiled, type ReceiptRow } from '../reviews/receipts.loaders.ts';
import { StatementOfReasonsView } from '../sanctions/statement.schema.ts';
import type { StatementOfReasons } from '../sanctions/statement.ts';
import type { Appeal } from './appeal.ts';
import { appealAgainstOrder } from './appeals.loaders.ts';
import { AppealView } from './appeals.schema.ts';
import { statementOnOrder, voidOfOrder } from './order-voids.ts';
import { OrderVoidView } from './order-voids.schema.ts';
import { penaltyById } from './penalties.loaders.ts';
import { PenaltyView } from './penalties.schema.ts';
import type { Penalty } from './penalty.ts';

@Resolver(() => OrderView)
export class OrderVoidsResolver {
  @FieldResolver(() => OrderVoidView, {
    nullable: true,
    description: 'Why it does not count, towards nothing; null while it does.',
  })
  void(@Root() order: OrderRow, @Ctx() call: Call): Promise<OrderVoidRow | null> {
    return voidOfOrder(call, order);
  }
}

@Resolver(() => OrderVoidView)
export class OrderVoidCasesResolver {
  @FieldResolver(() => ReversalReceiptView, {
    nullable: true,
    description:
      'What was taken back with it. By its id its merchant appeals against all orders that the decision voided, by `fileAppeal`.',
  })
  receipt(@Root() { merchantId, decisionId }: OrderVoidRow, @Ctx() call: Call): Promise<ReceiptRow | null> {
    return receiptFiled(call, merchantId, decisionId);
  }

  @FieldResolver(() => StatementOfReasonsView, { description: 'The reasons, and what can be done against them.' })
  statementOfReasons(@Root() row: OrderVoidRow, @Ctx() call: Call): Promise<StatementOfReasons> {
    return statementOnOrder(call, row);
  }

  @FieldResolver(() => AppealView, {
    nullable: true,
    description:
      'For its buyer and its merchant, their own appeal, against this order or the whole decision; for the house, the one that is open or the last. Null without one.',
  })
  appeal(@Root() row: OrderVoidRow, @Ctx() call: Call): Promise<Appeal | null> {
    return appealAgainstOrder(call, row);
  }

  @FieldResolver(() => PenaltyView, {
    nullable: true,
    description: 'The decision that it is a part of: for staff; null for others.',
  })
  penalty(@Root() { decisionId }: OrderVoidRow, @Ctx() call: Call): Promise<Penalty | null> {
    return penaltyById(call, decisionId);
  }
}
