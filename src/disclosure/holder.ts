import type { Actor } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import type { Partner } from '../partners/partner.ts';
import { partnerById } from '../partners/partners.loaders.ts';

/** Whose cursors, exports and signed grades they are: a partner's, whichever of its keys it uses; else the caller's own. */
export const holderOf = ({ partnerId, name }: Actor): string =>
  partnerId === undefined ? name : `PARTNER:${partnerId}`;

const OF_PARTNER = /^PARTNER:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The partner that a holder is; null where it is none, or the caller may not see it. */
export const partnerOf = async (call: Call, holder: string): Promise<Partner | null> => {
  const id = OF_PARTNER.exec(holder)?.[1];
  return id === undefined ? null : partnerById(call, [id]);
};
