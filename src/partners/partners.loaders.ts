import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { Partner } from './partner.ts';

/** Null for those who may not see it. */
export const partnerById = (call: Call, [id]: readonly [id: string]) => byId(call, id);

const byId = loader(
  async ({ em }, ids: readonly string[]) =>
    (await em.find(Partner, { id: [...ids] })).map((partner) =>
      Object.assign(partner, { __typename: 'Partner' as const }),
    ),
  ({ id }) => id,
);

/** All partners, the last one first. */
export async function partnersByPage({ em }: Call, args: PageArguments): Promise<Connection<Partner>> {
  const page = pageOf(args, ['uuid']);
  const after = page.after?.[0] as string | undefined;
  const found = await em.find(Partner, after ? { id: { $lt: after } } : {}, {
    orderBy: { id: 'desc' },
    limit: page.size + 1,
  });
  return connectionOf(found, page, ({ id }) => [id]);
}
