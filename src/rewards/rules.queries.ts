import { isUniqueViolation } from '../db/failures.ts';
import type { Reader, Tx } from '../db/tx.ts';

export interface RewardsRow {
  readonly version: number;
  readonly document: unknown;
  readonly activeFrom: Date;
}

/** The last version that has begun by an instant; none while only the preset is there. */
export const versionAt = (on: Reader, at: Date): Promise<RewardsRow[]> =>
  on.query(
    'rewards.version-at',
    `select version, document, active_from as "activeFrom" from rewards_version where active_from <= $1
      order by active_from desc, version desc limit 1`,
    [at],
  );

const MOST_VERSIONS = 10_000;

/** Those that have begun by an instant, in the order in which they came into force. */
export const versionsUntil = (on: Reader, at: Date): Promise<RewardsRow[]> =>
  on.query(
    'rewards.versions-until',
    `select version, document, active_from as "activeFrom" from rewards_version where active_from <= $1
      order by active_from, version limit ${MOST_VERSIONS}`,
    [at],
  );

export const versionNumbered = (on: Reader, version: number): Promise<RewardsRow[]> =>
  on.query(
    'rewards.version',
    'select version, document, active_from as "activeFrom" from rewards_version where version = $1',
    [version],
  );

interface NewVersion {
  readonly document: unknown;
  readonly activeFrom: Date;
  readonly note: string;
  readonly savedBy: string;
  readonly recordedAt: Date;
}

/** The number that it was given. Of two at once the second begins anew. */
export async function addVersion(tx: Tx, saved: NewVersion): Promise<number> {
  try {
    const [row] = await tx.query<{ version: number }>(
      'rewards.add-version',
      `insert into rewards_version (version, document, active_from, note, saved_by, recorded_at)
       select coalesce(max(version), 1) + 1, $1, $2, $3, $4, $5 from rewards_version returning version`,
      [JSON.stringify(saved.document), saved.activeFrom, saved.note, saved.savedBy, saved.recordedAt],
    );
    return row!.version;
  } catch (error) {
    throw isUniqueViolation(error)
      ? Object.assign(new Error('two versions of the rules of points at once', { cause: error }), { code: '40001' })
      : error;
  }
}
