import type { Call } from '../access/call.ts';
import { loader, rememberedLoader } from '../access/loader.ts';
import { mustConsent, noConsent } from '../inquiries/consents.ts';
import { agreementOf } from '../inquiries/terms.ts';
import { andThen, type Awaitable } from '../kernel/awaitable.ts';
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

const MOST_REMEMBERED = 100_000; // some 30 MB

/** For portfolios, which are asked for again and again. Whose id is whose never changes, and more than that is not in it. */
const anyByExternalId = rememberedLoader<string, BuyerRow>({
  find: (sql, externalIds) => findBuyersByExternalId(sql, externalIds.filter(isStorable)),
  keyOf: ({ externalId }) => externalId,
  subjectOf: ({ id }) => id,
  isBySubject: false,
  most: MOST_REMEMBERED,
});

/** A partner finds whoever consents to it, and is told why it does not find the others. */
function consenting(call: Call, find: () => Awaitable<BuyerRow | null>): Awaitable<BuyerRow> {
  agreementOf(call, ['BUYER']);
  return andThen(find(), (found) => {
    if (!found) throw noConsent('MISSING');
    return andThen(mustConsent(call, found.id), () => found);
  });
}

/** As a caller asks for a buyer by its name. Null for one that the caller may not see; refused to a partner without its consent. */
export const namedBuyerById = async (call: Call, id: string): Promise<BuyerRow | null> =>
  call.actor.role === 'PARTNER' ? consenting(call, () => anyById(call, id)) : buyerById(call, id);

/** The same by the platform's own id. */
export const namedBuyerByExternalId = async (call: Call, externalId: string): Promise<BuyerRow | null> =>
  namedBuyer(call, externalId);

/** The same, at once where it is remembered. */
export const namedBuyer = (call: Call, externalId: string): Awaitable<BuyerRow | null> =>
  call.actor.role === 'PARTNER'
    ? consenting(call, () => anyByExternalId(call, externalId))
    : buyerByExternalId(call, externalId);
