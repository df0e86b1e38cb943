import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { mustConsent, noConsent } from '../inquiries/consents.ts';
import { agreementOf } from '../inquiries/terms.ts';
import { isStorable } from '../kernel/text.ts';
import { Buyer } from './buyer.ts';
import { findBuyersByExternalId, findBuyersById } from './buyers.queries.ts';
import type { BuyerRow } from './buyers.schema.ts';

const rowOf = ({ id, externalId, name }: Buyer): BuyerRow => ({
  __typename: 'Buyer',
  kind: 'BUYER',
  id,
  externalId,
  name: name ?? null,
});

/** Null for a buyer that the caller may not see. */
export const buyerById = loader(
  async ({ em }, ids: readonly string[]) => (await em.find(Buyer, { id: [...ids] })).map(rowOf),
  ({ id }) => id,
);

/** Null for a buyer that the caller may not see. */
export const buyerByExternalId = loader(
  async ({ em }, externalIds: readonly string[]) =>
    (await em.find(Buyer, { externalId: externalIds.filter(isStorable) })).map(rowOf),
  ({ externalId }) => externalId,
);

const anyById = loader(
  ({ sql }, ids: readonly string[]) => findBuyersById(sql, ids),
  ({ id }) => id,
);

const anyByExternalId = loader(
  ({ sql }, externalIds: readonly string[]) => findBuyersByExternalId(sql, externalIds.filter(isStorable)),
  ({ externalId }) => externalId,
);

/** A partner finds whoever consents to it, and is told why it does not find the others. */
async function consenting(call: Call, find: () => Promise<BuyerRow | null>): Promise<BuyerRow> {
  agreementOf(call, ['BUYER']);
  const found = await find();
  if (!found) throw noConsent('MISSING');
  await mustConsent(call, found.id);
  return found;
}

/** As a caller asks for a buyer by its name. Null for one that the caller may not see; refused to a partner without its consent. */
export const namedBuyerById = (call: Call, id: string): Promise<BuyerRow | null> =>
  call.actor.role === 'PARTNER' ? consenting(call, () => anyById(call, id)) : buyerById(call, id);

/** The same by the platform's own id. */
export const namedBuyerByExternalId = (call: Call, externalId: string): Promise<BuyerRow | null> =>
  call.actor.role === 'PARTNER'
    ? consenting(call, () => anyByExternalId(call, externalId))
    : buyerByExternalId(call, externalId);
