import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { buyerById } from '../buyers/buyers.loaders.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import type { AccountFreeze } from '../partners/freeze.ts';
import { ownFreeze } from '../partners/freezes.loaders.ts';
import { AccountFreezeView } from '../partners/freezes.schema.ts';
import { SubjectView, type SubjectRow } from '../schema/subject.ts';
import { ViewerView } from './viewer.schema.ts';

/** Whose account a freeze is of. Accounts are frozen below the rooms of those who have them. */
@Resolver(() => AccountFreezeView)
export class FrozenSubjectResolver {
  @FieldResolver(() => SubjectView, { description: 'The merchant or buyer whose account it is.' })
  subject(@Root() { subjectKind, subjectId }: AccountFreeze, @Ctx() call: Call): Promise<SubjectRow | null> {
    return subjectKind === 'BUYER' ? buyerById(call, subjectId) : merchantById(call, subjectId);
  }
}

@Resolver(() => ViewerView)
export class FrozenViewerResolver {
  @FieldResolver(() => AccountFreezeView, {
    nullable: true,
    description: 'Why my account is frozen, so that I can change nothing, but file appeals; null where it is not.',
  })
  freeze(@Ctx() call: Call): Promise<AccountFreeze | null> {
    return ownFreeze(call);
  }
}
