import type { Call } from '../access/call.ts';
import { groupLoader, loader } from '../access/loader.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { ApiKey } from './api-key.ts';
import { prefixOf } from './key-text.ts';
import { secretsOfKeys, type ShownSecret } from './keys.queries.ts';

/** Null for those who may not see it. */
export const apiKeyById = (call: Call, [id]: readonly [id: string]) => byId(call, id);

const byId = loader(
  async ({ em }, ids: readonly string[]) =>
    (await em.find(ApiKey, { id: [...ids] })).map((key) => Object.assign(key, { __typename: 'ApiKey' as const })),
  ({ id }) => id,
);

/** All keys, the last one first. */
export async function apiKeysByPage({ em }: Call, args: PageArguments): Promise<Connection<ApiKey>> {
  const page = pageOf(args, ['uuid']);
  const after = page.after?.[0] as string | undefined;
  const found = await em.find(ApiKey, after ? { id: { $lt: after } } : {}, {
    orderBy: { id: 'desc' },
    limit: page.size + 1,
  });
  return connectionOf(found, page, ({ id }) => [id]);
}

/** The newest first. */
export const secretsOf = groupLoader(
  async ({ sql }, ids: readonly string[]) =>
    (await secretsOfKeys(sql, ids)).map((secret: ShownSecret) => ({ ...secret, prefix: prefixOf(secret.publicId) })),
  ({ keyId }) => keyId,
);
