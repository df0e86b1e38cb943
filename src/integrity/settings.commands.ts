import { isDeepStrictEqual } from 'node:util';
import type { Call } from '../access/call.ts';
import type { Tx } from '../db/tx.ts';
import { Refusal } from '../kernel/refusal.ts';
import shipped from './default-settings.json' with { type: 'json' };
import type { IntegritySettings } from './integrity-settings.ts';
import { addSettings, latestSettings, type SettingsRow } from './settings.queries.ts';

export type { SettingsRow };

/** From now on doubt is weighed so; the version. What was decided before stays as it is. */
export async function putSettings(
  tx: Tx,
  document: IntegritySettings,
  by: { readonly note: string; readonly setBy: string },
  now: number,
): Promise<number> {
  const version = ((await latestSettings(tx))?.version ?? 0) + 1;
  if ((await addSettings(tx, { version, document, ...by, setAt: new Date(now) })) !== null) return version;
  throw new Refusal(
    'CONFLICT',
    'SETTINGS_CHANGED',
    'Somebody else has just set them. Look at what they are now first.',
  );
}

/** Whether reviews or orders might be voided without a person that were not before, or sooner. */
export function voidsMore(before: IntegritySettings, after: IntegritySettings): boolean {
  const [was, is] = [before.brushing, after.brushing];
  if (!after.voidsByItself && !is.voidsByItself) return false;
  return (
    (after.voidsByItself && !before.voidsByItself) ||
    (is.voidsByItself && (!was.voidsByItself || is.waitHours < was.waitHours)) ||
    after.baseRate > before.baseRate ||
    after.voidProposedFrom < before.voidProposedFrom ||
    after.voidProposedFamilies < before.voidProposedFamilies ||
    !isDeepStrictEqual(after.weights, before.weights)
  );
}

/** Those in force; where none were ever set, those that come with the house, as version 0. */
export const settingsRow = async ({ sql }: Pick<Call, 'sql'>): Promise<SettingsRow> =>
  (await latestSettings(sql)) ?? {
    version: 0,
    document: shipped,
    note: 'Shipped with Credence.',
    setBy: 'CREDENCE',
    setAt: null,
  };
