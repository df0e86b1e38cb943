import type { Database } from '../../src/db/database.ts';

/** Who a database's ids are, by the platform's own names. */
const NAMES = `
select id, 'merchant ' || external_id as name from merchant union all
select id, 'buyer ' || external_id from buyer union all
select id, 'product ' || external_id from product union all
select id, 'order ' || external_id from "order" union all
select id, 'review ' || external_id from review union all
select id, 'policy ' || key || version from policy_version`;

/** What an import has no hand in, or what tells of transactions alone. */
const LEFT_OUT = new Set(['mikro_orm_migrations', 'move', 'policy_version', 'policy_step', 'grade_sweep']);
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** By which notes are told in their order; those of a database go on where others' ended. */
const NUMBER = /"entered": \d+, /;

/** Every row of every table, in an order of its own; our ids as the platform's names, and without those that name nothing of it. */
export async function everyRowOf({ pool }: Database): Promise<Record<string, string[]>> {
  const names = new Map<string, string>();
  for (const { id, name } of (await pool.query<{ id: string; name: string }>(NAMES)).rows) names.set(id, name);
  const { rows: tables } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const found: Record<string, string[]> = {};
  for (const { name } of tables.filter((table) => !LEFT_OUT.has(table.name))) {
    const { rows } = await pool.query<{ row: string }>(`select to_jsonb(t)::text as row from "${name}" t`);
    if (rows.length > 0)
      found[name] = rows
        .map(({ row }) => row.replace(NUMBER, '').replace(UUID, (id) => names.get(id) ?? '-'))
        .toSorted();
  }
  return found;
}
