import type { Actor } from '../access/actor.ts';

/** Whose cursors, exports and signed grades they are: a partner's, whichever of its keys it uses; else the caller's own. */
export const holderOf = ({ partnerId, name }: Actor): string =>
  partnerId === undefined ? name : `PARTNER:${partnerId}`;
