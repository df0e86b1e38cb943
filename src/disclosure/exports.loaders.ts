import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { BulkExport, type ExportStatus } from './bulk-export.ts';

/** Null where it is another's. */
export const exportById = (call: Call, [id]: readonly [id: string]) => byId(call, id);

const byId = loader(
  async ({ em }, ids: readonly string[]) =>
    (await em.find(BulkExport, { id: [...ids] })).map((each) =>
      Object.assign(each, { __typename: 'BulkExport' as const }),
    ),
  ({ id }) => id,
);

/** Those that the caller may see, the last one first. */
export async function exportsByPage(
  { em }: Call,
  status: ExportStatus | null,
  args: PageArguments,
): Promise<Connection<BulkExport>> {
  const page = pageOf(args, ['uuid']);
  const after = page.after?.[0] as string | undefined;
  const found = await em.find(
    BulkExport,
    { ...(after !== undefined && { id: { $lt: after } }), ...(status && { status }) },
    { orderBy: { id: 'desc' }, limit: page.size + 1 },
  );
  return connectionOf(found, page, ({ id }) => [id]);
}
