import type { Call } from '../access/call.ts';
import { groupLoader, loader } from '../access/loader.ts';
import { Inspection } from './inspection.ts';

const MOST_OF_A_PAGE = 10_000; // of a hundred merchants with a hundred each

/** Of those that the caller may see, the latest first. */
export const inspectionsOf = groupLoader(
  ({ em }, merchantIds: readonly string[]) =>
    em.find(
      Inspection,
      { merchantId: [...merchantIds] },
      { orderBy: [{ inspectedAt: 'desc' }, { id: 'desc' }], limit: MOST_OF_A_PAGE },
    ),
  ({ merchantId }) => merchantId,
);

const textOf = ({ merchantId, id }: Pick<Inspection, 'merchantId' | 'id'>): string => `${merchantId}/${id}`;

const byKey = loader(
  ({ em }, keys: readonly string[]) =>
    em.find(Inspection, { $or: keys.map((key) => key.split('/')).map(([merchantId, id]) => ({ merchantId, id })) }),
  textOf,
);

/** Null for those who may not see it. */
export async function inspectionById(call: Call, [merchantId, id]: readonly [merchantId: string, id: string]) {
  const found = await byKey(call, textOf({ merchantId, id }));
  return found && { ...found, __typename: 'Inspection' as const };
}
