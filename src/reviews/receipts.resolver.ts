import { Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { placeOfMade } from '../audit/audit.loaders.ts';
import { globalId } from '../kernel/global-id.ts';
import { NODE_ID } from '../schema/node.ts';
import { SubjectView, type SubjectRow } from '../schema/subject.ts';
import { visibleChanges, type VisibleChange } from './receipts.loaders.ts';
import { GradeChangeView, ReversalReceiptView } from './receipts.schema.ts';
import type { ReceiptRow, VoidRow } from './reviews.queries.ts';
import { ReviewVoidView } from './reviews.schema.ts';

@Resolver(() => ReviewVoidView)
export class ReviewVoidsResolver {
  @FieldResolver(() => ReversalReceiptView, { description: 'What was taken back with it.' })
  receipt(@Root() { receipt }: VoidRow): ReceiptRow {
    return receipt;
  }
}

@Resolver(() => ReversalReceiptView)
export class ReceiptsResolver {
  @FieldResolver(() => ID, NODE_ID)
  id(@Root() receipt: ReceiptRow): string {
    return globalId('ReversalReceipt', receipt.merchantId, receipt.id);
  }

  @FieldResolver(() => [GradeChangeView], {
    description: 'Every subject that moved, before and after. Buyers are left out for those who may not see them.',
  })
  changes(@Root() receipt: ReceiptRow, @Ctx() call: Call): Promise<VisibleChange[]> {
    return visibleChanges(call, receipt);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Its place in the hash-chained audit log; null while it waits for it, some seconds, and for what was made before there was a log.',
  })
  logIndex(@Root() { id }: ReceiptRow, @Ctx() call: Call): Promise<string | null> {
    return placeOfMade(call, id);
  }
}

@Resolver(() => GradeChangeView)
export class GradeChangesResolver {
  @FieldResolver(() => SubjectView, { description: 'Who moved.' })
  subject(@Root() { subject }: VisibleChange): SubjectRow {
    return subject;
  }
}
