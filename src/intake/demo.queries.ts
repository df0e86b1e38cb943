import type { Reader } from '../db/tx.ts';

/** Whether anyone has been mentioned here yet. */
export const isAnythingKnown = async (on: Reader): Promise<boolean> =>
  (
    await on.query<{ known: boolean }>(
      'is_anything_known',
      'select exists (select from merchant) or exists (select from buyer) or exists (select from inbox) as known',
    )
  )[0]!.known;
