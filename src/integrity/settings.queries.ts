import type { Reader, Tx } from '../db/tx.ts';

export interface SettingsRow {
  readonly version: number;
  readonly document: unknown;
  readonly note: string;
  readonly setBy: string;
  readonly setAt: Date | null; // null: with the house
}

export const latestSettings = async (on: Reader): Promise<SettingsRow | undefined> =>
  (
    await on.query<SettingsRow>(
      'integrity.settings',
      `select version, document, note, set_by as "setBy", set_at as "setAt" from integrity_settings order by version desc limit 1`,
    )
  )[0];

/** Null when another version of this number came first. */
export async function addSettings(tx: Tx, row: SettingsRow): Promise<number | null> {
  const added = await tx.query<{ version: number }>(
    'integrity.add_settings',
    `insert into integrity_settings (version, document, note, set_by, set_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning version`,
    [row.version, JSON.stringify(row.document), row.note, row.setBy, row.setAt],
  );
  return added[0]?.version ?? null;
}
