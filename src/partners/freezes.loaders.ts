import { ownId } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { AccountFreeze } from './freeze.ts';

export { frozenFor } from './freezes.queries.ts';

/** Those that last, the last one first. */
export async function freezesByPage({ em }: Call, args: PageArguments): Promise<Connection<AccountFreeze>> {
  const page = pageOf(args, ['uuid']);
  const after = page.after?.[0] as string | undefined;
  const found = await em.find(
    AccountFreeze,
    { unfrozenAt: null, ...(after && { id: { $lt: after } }) },
    { orderBy: { id: 'desc' }, limit: page.size + 1 },
  );
  return connectionOf(found, page, ({ id }) => [id]);
}

/** Why the caller's own account is frozen; null where it is not. */
export async function ownFreeze({ em, actor }: Call): Promise<AccountFreeze | null> {
  const subjectId = ownId(actor, 'MERCHANT') ?? ownId(actor, 'BUYER');
  return subjectId === null || !actor.subject?.isFrozen
    ? null
    : em.findOne(AccountFreeze, { subjectId, unfrozenAt: null });
}
