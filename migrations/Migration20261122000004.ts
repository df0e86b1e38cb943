import { Migration } from '@mikro-orm/migrations';

/**
 * Credit points, kept like a bank's books.
 *
 * A row of `points_transfer` moves points between one subject and one account of the house, so that what the one gains the other
 * loses: the sum over all accounts is 0 by the shape of the row. The rows of a subject are a chain: each starts from the balance at
 * which the one before it ended, and the account stands where the last one ended (foreign keys), so a balance is always the sum of
 * its entries. Accounts of the house have no row that everyone would wait for: theirs are sums over transfers.
 */
export class Migration20261122000004 extends Migration {
  override name = 'Migration20261122000004';

  override up(): void {
    this.transfers();
    this.accounts();
    this.lots();
    this.holds();
  }

  private transfers(): void {
    this.addSql(`create table "points_transfer" (
      "subject_id" uuid not null,
      "id" uuid not null,
      "revision" bigint not null check (revision > 0),
      "previous_revision" bigint generated always as (nullif(revision - 1, 0)) stored,
      "house" text null check (house in ('ISSUED', 'REDEEMED', 'EXPIRED', 'PENALTIES')),
      "points" bigint not null,
      "pending" bigint not null,
      "balance_before" bigint not null,
      "balance_after" bigint not null,
      "pending_before" bigint not null,
      "pending_after" bigint not null check (pending_after >= 0),
      "may_owe" boolean not null,
      "kind" text not null check (kind ~ '^[A-Z][A-Z_]{1,39}$'),
      "reason" text not null,
      "fact_id" uuid null,
      "key" text null,
      "reverses" uuid null,
      "booked_by" text null,
      "booked_at" timestamptz not null,
      "expires_at" timestamptz null,
      "recorded_at" timestamptz not null,
      constraint "points_transfer_pkey" primary key ("subject_id", "id"),
      constraint "points_transfer_chain_unique" unique ("subject_id", "revision", "balance_after", "pending_after"),
      constraint "points_transfer_chain" foreign key ("subject_id", "previous_revision", "balance_before", "pending_before")
        references "points_transfer" ("subject_id", "revision", "balance_after", "pending_after"),
      constraint "points_transfer_start" check (revision > 1 or (balance_before = 0 and pending_before = 0)),
      constraint "points_transfer_sum" check (balance_after = balance_before + points and pending_after = pending_before + pending),
      constraint "points_transfer_house" check ((house is null) = (points + pending = 0)),
      constraint "points_transfer_vesting" check (house is not null or (kind = 'VESTED' and points > 0)),
      constraint "points_transfer_debt" check (may_owe or points >= 0 or balance_after >= 0)
    )`);
    this.addSql(
      `create unique index "points_transfer_revision_unique" on "points_transfer" ("subject_id", "revision")`,
    );
    this.addSql(
      `create unique index "points_transfer_reverses_unique" on "points_transfer" ("subject_id", "reverses") where reverses is not null`,
    );
    this.addSql(
      `create unique index "points_transfer_key_unique" on "points_transfer" ("subject_id", "key") where key is not null`,
    );
    this.addSql(
      `create index "points_transfer_past_index" on "points_transfer" ("subject_id", "recorded_at", "revision")`,
    );
    this.addSql(`create index "points_transfer_kind_index" on "points_transfer" ("subject_id", "kind", "revision")`);
    this.addSql(`create function "points_transfer_is_final"() returns trigger language plpgsql as $$
      begin raise exception 'a transfer of points is never changed: book its reversal'; end $$`);
    this.addSql(`create trigger "points_transfer_final" before update or delete on "points_transfer"
      for each row execute function "points_transfer_is_final"()`);
    this.addSql(`create trigger "points_transfer_kept" before truncate on "points_transfer"
      for each statement execute function "points_transfer_is_final"()`);
  }

  private accounts(): void {
    this.addSql(`create table "points_account" (
      "subject_id" uuid not null,
      "kind" text not null check (kind in ('MERCHANT', 'BUYER', 'PRODUCT', 'CARRIER', 'SUPPLIER')),
      "balance" bigint not null default 0 check (balance between -2147483647 and 2147483647),
      "pending" bigint not null default 0 check (pending between 0 and 2147483647),
      "held" bigint not null default 0 check (held >= 0),
      "revision" bigint not null default 0,
      "last_revision" bigint generated always as (nullif(revision, 0)) stored,
      "due_at" timestamptz null,
      "recorded_at" timestamptz not null,
      "closed_at" timestamptz null,
      constraint "points_account_pkey" primary key ("subject_id"),
      constraint "points_account_start" check (revision > 0 or (balance = 0 and pending = 0)),
      constraint "points_account_chain" foreign key ("subject_id", "last_revision", "balance", "pending")
        references "points_transfer" ("subject_id", "revision", "balance_after", "pending_after")
    ) with (fillfactor = 80)`);
    this.addSql(`create index "points_account_due_index" on "points_account" ("due_at") where due_at is not null`);
  }

  /** Points of a subject that expire at the same instant are one lot: which of them is spent makes no difference. An empty one goes. */
  private lots(): void {
    this.addSql(`create table "points_lot" (
      "subject_id" uuid not null,
      "expires_at" timestamptz not null,
      "remaining" bigint not null check (remaining > 0),
      constraint "points_lot_pkey" primary key ("subject_id", "expires_at")
    ) with (fillfactor = 80)`);
    // Credited, but counting only from \`vests_at\`.
    this.addSql(`create table "points_pending" (
      "subject_id" uuid not null,
      "transfer_id" uuid not null,
      "points" bigint not null check (points > 0),
      "vests_at" timestamptz not null,
      "expires_at" timestamptz not null,
      constraint "points_pending_pkey" primary key ("subject_id", "transfer_id")
    )`);
    this.addSql(`create index "points_pending_vesting_index" on "points_pending" ("subject_id", "vests_at")`);
    // What a debit took of which lot, so that its reversal gives back the same.
    this.addSql(`create table "points_take" (
      "subject_id" uuid not null,
      "transfer_id" uuid not null,
      "expires_at" timestamptz not null,
      "points" bigint not null check (points > 0),
      "returned_by" uuid null,
      constraint "points_take_pkey" primary key ("subject_id", "transfer_id", "expires_at")
    )`);
    this.addSql(
      `create index "points_take_returned_index" on "points_take" ("subject_id", "returned_by") where returned_by is not null`,
    );
    // What a debit found no lot for. The next credits pay it, oldest first.
    this.addSql(`create table "points_debt" (
      "subject_id" uuid not null,
      "transfer_id" uuid not null,
      "revision" bigint not null,
      "owed" bigint not null check (owed >= 0),
      constraint "points_debt_pkey" primary key ("subject_id", "transfer_id")
    )`);
    this.addSql(`create index "points_debt_open_index" on "points_debt" ("subject_id", "revision") where owed > 0`);
  }

  private holds(): void {
    this.addSql(`create table "points_hold" (
      "subject_id" uuid not null,
      "id" uuid not null,
      "points" bigint not null check (points > 0),
      "lot_expiries" timestamptz[] not null,
      "lot_points" bigint[] not null check (cardinality(lot_points) = cardinality(lot_expiries)),
      "purpose" text not null,
      "reference" text not null,
      "made_by" text not null,
      "made_at" timestamptz not null,
      "expires_at" timestamptz not null check (expires_at > made_at),
      "status" text not null check (status in ('HELD', 'CAPTURED', 'RELEASED', 'EXPIRED')),
      "captured" bigint not null default 0,
      "transfer_id" uuid null,
      "ended_at" timestamptz null,
      constraint "points_hold_pkey" primary key ("subject_id", "id"),
      constraint "points_hold_captured" check (
        captured between 0 and points and (captured > 0) = (status = 'CAPTURED') and (captured > 0) = (transfer_id is not null)),
      constraint "points_hold_ended" check ((status = 'HELD') = (ended_at is null))
    )`);
    this.addSql(
      `create index "points_hold_open_index" on "points_hold" ("subject_id", "expires_at") where status = 'HELD'`,
    );
  }
}
