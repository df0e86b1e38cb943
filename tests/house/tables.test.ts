import { beforeAll, describe, expect, it } from 'vitest';
import { reader } from '../../src/db/tx.ts';
import { entities } from '../../src/entities.ts';
import { aDatabase } from '../kit/database.ts';
import distribution from './distribution.json' with { type: 'json' };

const db = aDatabase();
const distributed: Readonly<Record<string, string>> = distribution.distributed;

interface Index {
  readonly table: string;
  readonly name: string;
  readonly isPrimary: boolean;
  readonly columns: readonly (string | null)[]; // null: an expression
}

let tables: string[];
let uniques: Index[];
beforeAll(async () => {
  const sql = reader(db.pool);
  const found = await sql.query<{ name: string }>(
    '',
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`,
  );
  tables = found.map(({ name }) => name);
  uniques = await sql.query<Index>(
    '',
    `select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as name, i.indisprimary as "isPrimary",
       array(select a.attname::text from unnest(i.indkey) with ordinality as k (number, place)
         left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number and k.number > 0
         order by k.place) as columns
     from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = 'public'::regnamespace and not c.relispartition and i.indisunique`,
  );
});

const unquoted = (name: string) => name.replaceAll('"', '');

describe('the tables', () => {
  it('are each distributed by a column, or named among those that are found by other keys', () => {
    const named = [...Object.keys(distributed), ...distribution.byOtherKeys];

    expect(tables.filter((table) => !named.includes(table))).toEqual([]);
    expect(named.filter((table) => !tables.includes(table))).toEqual([]);
  });

  it('each have a primary key', () => {
    const keyed = uniques.filter(({ isPrimary }) => isPrimary).map(({ table }) => unquoted(table));

    expect(tables.filter((table) => !keyed.includes(table))).toEqual([]);
  });

  it('begin every key that must be unique with the column they are distributed by', () => {
    const wrong = uniques.filter(({ table, columns }) => {
      const column = distributed[unquoted(table)];
      return column !== undefined && columns[0] !== column;
    });

    expect(wrong.map(({ name, columns }) => `${name} (${columns.join(', ')})`)).toEqual([]);
  });
});

describe('every entity', () => {
  it.each(entities.map((entity) => [entity.meta.className, entity] as const))(
    '%s says which of its rows an actor may see',
    (_, { meta }) => {
      expect(meta.filters['visible']).toMatchObject({ default: true, cond: expect.any(Function) });
    },
  );
});
