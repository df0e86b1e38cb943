import pg from 'pg';
import { withoutIndexes } from './without-indexes.ts';

/** What an imported history writes. */
const TABLES = [
  'merchant',
  'buyer',
  'product',
  'order',
  'fact_key',
  'inbox',
  'posting',
  'ledger_volume',
  'checkpoint',
  'tally',
  'standing',
  'pair',
  'day_tally',
  'reviewer',
] as const;

/** Of copy k: made at another time, half a century ago; what is left to chance stays. */
const OTHER_ID = `create function bench_other_id(id uuid, k int) returns uuid language sql immutable strict parallel safe
  return overlay(id::text placing lpad(to_hex(k), 3, '0') from 3 for 3)::uuid`;

/** An imported history so many times over: beside it are copies of it, of other parties with other orders. Far sooner than importing. */
export async function multiplyHistory(url: string, times: number): Promise<void> {
  if (times <= 1) return;
  const pool = new pg.Pool({ connectionString: url, max: 2 }); // its statements take minutes, which ours may not
  try {
    await pool.query(OTHER_ID);
    const left = TABLES.values();
    const work = async (): Promise<void> => {
      for (const table of left) await multiply(pool, table, times);
    };
    await Promise.all([work(), work()]);
    await pool.query('drop function bench_other_id');
  } finally {
    await pool.end();
  }
}

async function multiply(pool: pg.Pool, table: string, times: number): Promise<void> {
  const { rows: columns } = await pool.query<{ name: string; value: string }>(COLUMNS, [table]);
  const names = columns.map(({ name }) => name).join(', ');
  const values = columns.map(({ value }) => value).join(', ');
  const copies = `select ${values} from "${table}", generate_series(1, ${times - 1}) k`;
  await withoutIndexes(pool, table, () => pool.query(`insert into "${table}" (${names}) ${copies}`));
}

const COLUMNS = `
select quote_ident(column_name) as name,
       case when column_name = 'policy_id' then column_name
            when udt_name = 'uuid' then format('bench_other_id(%I, k)', column_name)
            when udt_name = '_uuid' then format('(select array_agg(bench_other_id(i, k)) from unnest(%I) i)', column_name)
            when column_name = 'external_id' or table_name = 'inbox' and column_name = 'id' then format('%I || ''-'' || k', column_name)
            else quote_ident(column_name) end as value
  from information_schema.columns where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`;
