import type { Tx } from '../db/tx.ts';
import { arraysOf, instant, text, uuid } from '../db/binary-rows.ts';

export type PartyTable = 'merchant' | 'buyer';
export interface NewParty {
  readonly id: string;
  readonly externalId: string;
}
export interface Description {
  readonly externalId: string;
  readonly name: string | null;
  readonly at: number;
}
interface PartyStatements {
  readonly find: string;
  readonly insert: string;
  readonly describe: string;
}

const statements = (table: PartyTable): PartyStatements => ({
  find: `select id, external_id from ${table} where external_id = any($1::text[])`,
  insert: `insert into ${table} (id, external_id, recorded_at)
    select id, external_id, $3 from unnest($1::uuid[], $2::text[]) as new (id, external_id) order by external_id
    on conflict (external_id) do nothing returning id, external_id`,
  describe: `update ${table} as party set name = coalesce(new.name, party.name), registered_at = new.at, described_at = new.at
    from unnest($1::text[], $2::text[], $3::timestamptz[]) as new (external_id, name, at)
    where party.external_id = new.external_id and (party.described_at is null or party.described_at <= new.at) returning party.id`,
});
const STATEMENTS: Readonly<Record<PartyTable, PartyStatements>> = {
  merchant: statements('merchant'),
  buyer: statements('buyer'),
};

const DELETE = {
  merchant: 'delete from merchant where id = any($1::uuid[])',
  buyer: 'delete from buyer where id = any($1::uuid[])',
  product: 'delete from product where id = any($1::uuid[])',
} as const;

/** Of those that this transaction made, so that nobody can have seen them. */
export const deleteParties = (tx: Tx, table: keyof typeof DELETE, ids: readonly string[]): Promise<unknown> =>
  tx.query(`delete_${table}`, DELETE[table], [ids]);

/** As $1::text[]. */
const textsOf = (texts: readonly string[]): Buffer[] =>
  arraysOf(
    texts,
    text((each) => each),
  );

export type Found = { id: string; external_id: string };

export const findParties = (tx: Tx, table: PartyTable, externalIds: readonly string[]): Promise<Found[]> =>
  tx.query(`find_${table}`, STATEMENTS[table].find, textsOf(externalIds));

export const insertParties = (tx: Tx, table: PartyTable, parties: readonly NewParty[], now: Date): Promise<Found[]> =>
  tx.query(`insert_${table}`, STATEMENTS[table].insert, [
    ...arraysOf(
      parties,
      uuid((each) => each.id),
      text((each) => each.externalId),
    ),
    now,
  ]);

export async function describeParties(tx: Tx, table: PartyTable, rows: readonly Description[]): Promise<void> {
  const described = await tx.query<{ id: string }>(
    `describe_${table}`,
    STATEMENTS[table].describe,
    arraysOf(
      rows,
      text((each) => each.externalId),
      text((each) => each.name),
      instant((each) => each.at),
    ),
  );
  tx.moved(described.map(({ id }) => id));
}

export interface FoundProduct extends Found {
  merchant_id: string;
}
export const findProducts = (tx: Tx, externalIds: readonly string[]): Promise<FoundProduct[]> =>
  tx.query(
    'find_product',
    `select id, external_id, merchant_id from product where external_id = any($1::text[])`,
    textsOf(externalIds),
  );

export const insertProducts = (
  tx: Tx,
  products: readonly (NewParty & { merchantId: string })[],
  now: Date,
): Promise<FoundProduct[]> =>
  tx.query(
    'insert_product',
    `insert into product (id, external_id, merchant_id, recorded_at)
     select id, external_id, merchant_id, $4 from unnest($1::uuid[], $2::text[], $3::uuid[]) as new (id, external_id, merchant_id)
      order by external_id
     on conflict (external_id) do nothing returning id, external_id, merchant_id`,
    [
      ...arraysOf(
        products,
        uuid((each) => each.id),
        text((each) => each.externalId),
        uuid((each) => each.merchantId),
      ),
      now,
    ],
  );

export async function describeProducts(
  tx: Tx,
  rows: readonly (Description & { category: string | null })[],
): Promise<void> {
  const described = await tx.query<{ id: string }>(
    'describe_product',
    `update product as p set name = coalesce(new.name, p.name), category = coalesce(new.category, p.category), described_at = new.at
       from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as new (external_id, name, category, at)
      where p.external_id = new.external_id and (p.described_at is null or p.described_at <= new.at) returning p.id`,
    arraysOf(
      rows,
      text((each) => each.externalId),
      text((each) => each.name),
      text((each) => each.category),
      instant((each) => each.at),
    ),
  );
  tx.moved(described.map(({ id }) => id));
}
