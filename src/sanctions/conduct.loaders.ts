import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import type { Reader } from '../db/tx.ts';
import { conductAt, conductAtEach, conductOfVersions, type ConductRow } from './conduct.queries.ts';
import type { ConductVersion } from './conduct.ts';
import { parseConduct } from './conduct-parse.ts';
import preset from './presets/conduct.json' with { type: 'json' };

/** The rules that come with the house: version 1, in force until others are saved. */
const SHIPPED: ConductVersion = { version: 1, conduct: parseConduct(preset) };

/** The rules that hold at an instant. */
export async function conductInForce(on: Reader, now: number): Promise<ConductVersion> {
  const [row] = await conductAt(on, new Date(now));
  return row ? readied(row) : SHIPPED;
}

/** The same for one of many instants, in ms: what held when something was decided. */
export const conductWhen = async (call: Call, at: number): Promise<ConductVersion> =>
  (await whenever(call, at))?.rules ?? SHIPPED;

const whenever = loader(
  async ({ sql }, instants: readonly number[]) =>
    (
      await conductAtEach(
        sql,
        instants.map((at) => new Date(at)),
      )
    ).map((row) => ({
      at: row.at.getTime(),
      rules: readied(row),
    })),
  ({ at }) => at,
);

/** Any version, by its number: what a measure was imposed by. */
export const conductOf = loader(
  async ({ sql }, versions: readonly number[]) => [SHIPPED, ...(await conductOfVersions(sql, versions)).map(readied)],
  ({ version }) => version,
);

const readied = ({ version, document }: ConductRow): ConductVersion => ({ version, conduct: parseConduct(document) });
