import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { Consent } from './consent.ts';

/** Null for one that the caller may not see. */
export const consentById = (call: Call, [subjectId, id]: readonly [string, string]) =>
  byKey(call, `${subjectId}/${id}`);

const byKey = loader(
  async ({ em }, keys: readonly string[]) => {
    const asked = keys.map((key) => ({ subjectId: key.slice(0, 36), id: key.slice(37) }));
    const found = await em.find(Consent, { $or: asked });
    return found.map((row) => Object.assign(row, { __typename: 'Consent' as const }));
  },
  ({ subjectId, id }) => `${subjectId}/${id}`,
);

/** All that a buyer ever gave, the last one first. */
export async function consentsOf({ em }: Call, buyerId: string, args: PageArguments): Promise<Connection<Consent>> {
  const page = pageOf(args, ['uuid']);
  const after = page.after?.[0] as string | undefined;
  const rows = await em.find(
    Consent,
    { subjectId: buyerId, ...(after !== undefined && { id: { $lt: after } }) },
    { orderBy: { id: 'desc' }, limit: page.size + 1 },
  );
  return connectionOf(rows, page, ({ id }) => [id]);
}
