import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import type { MerchantRow } from '../merchants/merchants.schema.ts';
import { Excuse } from './excuse.ts';

/** Null for those who may not see it. */
export const excuseById = (call: Call, [id]: readonly [id: string]) => byId(call, id);

const byId = loader(
  async ({ em }, ids: readonly string[]) =>
    (await em.find(Excuse, { id: [...ids] })).map((excuse) => Object.assign(excuse, { __typename: 'Excuse' as const })),
  ({ id }) => id,
);

/** All excuses, the last one first. */
export async function excusesByPage({ em }: Call, args: PageArguments): Promise<Connection<Excuse>> {
  const page = pageOf(args, ['uuid']);
  const after = page.after?.[0] as string | undefined;
  const found = await em.find(Excuse, after ? { id: { $lt: after } } : {}, {
    orderBy: { id: 'desc' },
    limit: page.size + 1,
  });
  return connectionOf(found, page, ({ id }) => [id]);
}

/** Whom it excuses; null: all. */
export async function merchantsOf(call: Call, { merchantIds }: Excuse): Promise<MerchantRow[] | null> {
  if (!merchantIds) return null;
  const found = await Promise.all(merchantIds.map((id) => merchantById(call, id)));
  return found.filter((merchant) => merchant !== null);
}
