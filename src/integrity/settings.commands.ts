import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction } from '../db/tx.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import shipped from './default-settings.json' with { type: 'json' };
import { checkedSettings } from './settings-checks.ts';
import { addSettings, latestSettings, type SettingsRow } from './settings.queries.ts';

export interface SetIntegritySettings {
  readonly document: unknown;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** From now on doubt is weighed so. What was decided before stays as it is. */
export async function setIntegritySettings(call: Call, input: SetIntegritySettings): Promise<SettingsRow> {
  const note = checkedNote(input.note);
  const document = checkedSettings(input.document);
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'setIntegritySettings', input, async () => {
      const version = ((await latestSettings(tx))?.version ?? 0) + 1;
      const row = { version, document, note, setBy: call.actor.name, setAt: new Date(call.now) };
      if ((await addSettings(tx, row)) !== null) return version;
      throw new Refusal(
        'CONFLICT',
        'SETTINGS_CHANGED',
        'Somebody else has just set them. Look at what they are now first.',
      );
    }),
  );
  return settingsRow(call);
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
