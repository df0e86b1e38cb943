import { Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId } from '../kernel/global-id.ts';
import { NODE_ID } from '../schema/node.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import type { Hold } from './holds.queries.ts';
import type { EntryRow } from './open-account.ts';
import { entryById, refundOf } from './points.loaders.ts';
import { PointsEntryView, PointsHoldView, PointsValueView } from './points.schema.ts';
import { worthOfPart, type Worth } from './worth.ts';

const worthOf = ({ points, valueAmount: amount, valueCurrency: currency }: Hold, part: number): Worth | null =>
  amount === null || currency === null ? null : worthOfPart({ points, worth: { amount, currency } }, part);

const instant = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

@Resolver(() => PointsEntryView)
export class EntriesResolver {
  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { subjectId, id }: EntryRow): string {
    return globalId('PointsEntry', subjectId, id);
  }

  @FieldResolver(() => Int, { description: 'How many points came; less than 0: went.' })
  amount(@Root() { points, pending }: EntryRow): number {
    return points + pending;
  }

  @FieldResolver(() => Int, { description: 'The balance after it; points that are pending are not in it.' })
  balance(@Root() { balanceAfter }: EntryRow): number {
    return balanceAfter;
  }

  @FieldResolver(() => DateTimeScalar, {
    description: 'From when it counts. In the future: the points are pending until then.',
  })
  bookedAt(@Root() { bookedAt }: EntryRow): Date {
    return new Date(bookedAt);
  }

  @FieldResolver(() => DateTimeScalar, { description: 'When it was entered.' })
  recordedAt(@Root() { recordedAt }: EntryRow): Date {
    return new Date(recordedAt);
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: 'When what is left of these points expires; null: never, or they went.',
  })
  expiresAt(@Root() { expiresAt }: EntryRow): Date | null {
    return instant(expiresAt);
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description: 'The entry that it takes back; null when it takes none back.',
  })
  reverses(@Root() { subjectId, reverses }: EntryRow): string | null {
    return reverses === null ? null : globalId('PointsEntry', subjectId, reverses);
  }
}

@Resolver(() => PointsHoldView)
export class HoldsResolver {
  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { subjectId, id }: Hold): string {
    return globalId('PointsHold', subjectId, id);
  }

  @FieldResolver(() => PointsValueView, {
    nullable: true,
    description: 'What they were worth in money when it was made; null where that was not asked for.',
  })
  value(@Root() hold: Hold): Worth | null {
    return worthOf(hold, hold.points);
  }

  @FieldResolver(() => PointsValueView, {
    nullable: true,
    description: 'What those that were captured are worth, by the same rate; null as `value`.',
  })
  spent(@Root() hold: Hold): Worth | null {
    return worthOf(hold, hold.captured);
  }

  @FieldResolver(() => DateTimeScalar, { description: 'When it was made.' })
  madeAt(@Root() { madeAt }: Hold): Date {
    return new Date(madeAt);
  }

  @FieldResolver(() => DateTimeScalar, { description: 'When it times out, unless it ends before.' })
  expiresAt(@Root() { expiresAt }: Hold): Date {
    return new Date(expiresAt);
  }

  @FieldResolver(() => DateTimeScalar, { nullable: true, description: 'When it ended; null while it is HELD.' })
  endedAt(@Root() { endedAt }: Hold): Date | null {
    return instant(endedAt);
  }

  @FieldResolver(() => PointsEntryView, {
    nullable: true,
    description: 'The entry by which points of it were spent; null unless it is CAPTURED.',
  })
  async entry(@Root() { subjectId, transferId }: Hold, @Ctx() call: Call): Promise<EntryRow | null> {
    return transferId === null ? null : entryById(call, subjectId, transferId);
  }

  @FieldResolver(() => PointsEntryView, {
    nullable: true,
    description: 'The entry that gave back what was captured; null while none did.',
  })
  refund(@Root() hold: Hold, @Ctx() call: Call): Promise<EntryRow | null> {
    return refundOf(call, hold);
  }
}
