import type { Reader, Tx } from '../db/tx.ts';

export interface ConductRow {
  readonly version: number;
  readonly document: unknown;
  readonly activeFrom: Date;
}

/** The last version that has begun by an instant; none while only the preset is there. */
export const conductAt = (on: Reader, at: Date): Promise<ConductRow[]> =>
  on.query(
    'conduct.at',
    `select version, document, active_from as "activeFrom" from conduct_version where active_from <= $1
      order by active_from desc, version desc limit 1`,
    [at],
  );

/** The same for several instants. Those before the first version are left out. */
export const conductAtEach = (on: Reader, instants: readonly Date[]): Promise<(ConductRow & { readonly at: Date })[]> =>
  on.query(
    'conduct.at-each',
    `select asked.at, v.version, v.document, v.active_from as "activeFrom" from unnest($1::timestamptz[]) as asked (at)
       join lateral (select * from conduct_version where active_from <= asked.at order by active_from desc, version desc limit 1) as v on true`,
    [instants],
  );

export const conductOfVersions = (on: Reader, versions: readonly number[]): Promise<ConductRow[]> =>
  on.query(
    'conduct.of-versions',
    'select version, document, active_from as "activeFrom" from conduct_version where version = any($1::int[])',
    [versions],
  );

/** The number that it was given. Of two at once the second fails, and is run again. */
export const addConduct = async (
  tx: Tx,
  saved: {
    readonly document: unknown;
    readonly activeFrom: Date;
    readonly note: string;
    readonly savedBy: string;
    readonly recordedAt: Date;
  },
): Promise<number> => {
  const [row] = await tx.query<{ version: number }>(
    'conduct.add',
    `insert into conduct_version (version, document, active_from, note, saved_by, recorded_at)
     select coalesce(max(version), 1) + 1, $1, $2, $3, $4, $5 from conduct_version returning version`,
    [JSON.stringify(saved.document), saved.activeFrom, saved.note, saved.savedBy, saved.recordedAt],
  );
  return row!.version;
};
