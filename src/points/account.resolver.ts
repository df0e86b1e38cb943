import { Arg, Args, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { BuyerView } from '../buyers/buyers.schema.ts';
import type { Connection } from '../kernel/page.ts';
import { MerchantView } from '../merchants/merchants.schema.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import type { SubjectRow } from '../schema/subject.ts';
import type { EntryRow } from './open-account.ts';
import type { Hold } from './holds.queries.ts';
import { balanceAsOf, entriesByPage, expiringWithin, holdsByPage, standingOf } from './points.loaders.ts';
import {
  EntriesArgs,
  HoldsArgs,
  PointsAccountView,
  PointsEntryConnection,
  PointsHoldConnection,
  StatementArgs,
  type AccountKey,
} from './points.schema.ts';
import { statementText } from './statement.ts';

const OF_SUBJECT = {
  nullable: true,
  description: 'Its credit points. For itself and for the marketplace; null for all others.',
};
const AS_OF = {
  nullable: true,
  description: 'As it stood at that instant, by what was recorded then; now, if not given. Not in the future.',
};

@Resolver(() => MerchantView)
export class MerchantPointsResolver {
  @FieldResolver(() => PointsAccountView, OF_SUBJECT)
  points(@Root() { id }: SubjectRow): AccountKey {
    return { subjectId: id };
  }
}

@Resolver(() => BuyerView)
export class BuyerPointsResolver {
  @FieldResolver(() => PointsAccountView, OF_SUBJECT)
  points(@Root() { id }: SubjectRow): AccountKey {
    return { subjectId: id };
  }
}

@Resolver(() => PointsAccountView)
export class AccountResolver {
  @FieldResolver(() => Int, {
    description:
      'Points that count, those held included. Negative: so many are owed, by penalties or what was taken back.',
  })
  async balance(
    @Root() { subjectId }: AccountKey,
    @Ctx() call: Call,
    @Arg('asOf', () => DateTimeScalar, AS_OF) asOf?: Date | null,
  ): Promise<number> {
    return (await (asOf ? balanceAsOf(call, subjectId, asOf) : standingOf(call, subjectId))).balance;
  }

  @FieldResolver(() => Int, { description: 'Points that were earned and do not count yet. Not in the balance.' })
  async pending(
    @Root() { subjectId }: AccountKey,
    @Ctx() call: Call,
    @Arg('asOf', () => DateTimeScalar, AS_OF) asOf?: Date | null,
  ): Promise<number> {
    return (await (asOf ? balanceAsOf(call, subjectId, asOf) : standingOf(call, subjectId))).pending;
  }

  @FieldResolver()
  async held(@Root() { subjectId }: AccountKey, @Ctx() call: Call): Promise<number> {
    return (await standingOf(call, subjectId)).held;
  }

  @FieldResolver(() => Int, {
    description: 'Points that can be spent now: the balance without those held, and never below 0.',
  })
  async available(@Root() { subjectId }: AccountKey, @Ctx() call: Call): Promise<number> {
    const { balance, held } = await standingOf(call, subjectId);
    return Math.max(0, balance - held);
  }

  @FieldResolver(() => Int, {
    description: 'Points that will be lost in that time unless they are spent; those held are not in it.',
  })
  expiring(
    @Root() { subjectId }: AccountKey,
    @Ctx() call: Call,
    @Arg('within', () => Int, { nullable: true, defaultValue: 30, description: 'Days from now, 0 to 3,660.' })
    within?: number | null,
  ): Promise<number> {
    return expiringWithin(call, subjectId, within ?? 30);
  }

  @FieldResolver(() => String, {
    description: 'The entries of a period, the oldest first, as a text to keep: at most 10,000 of them at once.',
  })
  statement(
    @Root() { subjectId }: AccountKey,
    @Args(() => StatementArgs) { from, until, format }: StatementArgs,
    @Ctx() { sql, now }: Call,
  ): Promise<string> {
    const period = { from: from.getTime(), until: until?.getTime() ?? now + 1 };
    return statementText(sql, subjectId, period, format === 'JSONL' ? 'jsonl' : 'csv');
  }

  @FieldResolver(() => PointsEntryConnection, { description: 'What came and went, the last first.' })
  entries(
    @Root() { subjectId }: AccountKey,
    @Args(() => EntriesArgs) { kind, ...page }: EntriesArgs,
    @Ctx() call: Call,
  ): Promise<Connection<EntryRow>> {
    return entriesByPage(call, subjectId, kind ?? null, page);
  }

  @FieldResolver(() => PointsHoldConnection, {
    description: 'What is or was held of it, and what for: the last first.',
  })
  holds(
    @Root() { subjectId }: AccountKey,
    @Args(() => HoldsArgs) { status, ...page }: HoldsArgs,
    @Ctx() call: Call,
  ): Promise<Connection<Hold>> {
    return holdsByPage(call, subjectId, status ?? null, page);
  }
}
