import type { Reader } from '../db/tx.ts';
import { DEFAULT_LLRS } from '../detection/llr-default.ts';
import type { LlrTable } from '../detection/llr.ts';
import shipped from './default-settings.json' with { type: 'json' };
import type { IntegritySettings } from './integrity-settings.ts';
import { checkedSettings } from './settings-checks.ts';
import { latestSettings } from './settings.queries.ts';

/** Settings with their version, and the weights ready for use. */
export interface SettingsInForce extends IntegritySettings {
  readonly version: number; // 0: those that come with the house
  readonly table: LlrTable;
}

export async function settingsInForce(on: Reader): Promise<SettingsInForce> {
  const latest = await latestSettings(on);
  const settings = checkedSettings(latest?.document ?? shipped);
  return { ...settings, version: latest?.version ?? 0, table: tableOf(settings) };
}

/** The weights that come with the house, where the settings have no others. */
function tableOf({ weights }: IntegritySettings): LlrTable {
  const own = Object.entries(weights).map(([code, steps]) => [
    code,
    steps.map(([from, llr]) => [from ?? Number.NEGATIVE_INFINITY, llr] as const),
  ]);
  return { ...DEFAULT_LLRS, ...(Object.fromEntries(own) as LlrTable) };
}
