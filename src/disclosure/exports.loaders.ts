import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { BulkExport } from './bulk-export.ts';

/** Null where it is another's. */
export const exportById = (call: Call, [id]: readonly [id: string]) => byId(call, id);

const byId = loader(
  async ({ em }, ids: readonly string[]) =>
    (await em.find(BulkExport, { id: [...ids] })).map((each) =>
      Object.assign(each, { __typename: 'BulkExport' as const }),
    ),
  ({ id }) => id,
);
