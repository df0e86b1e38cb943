import { Migration } from '@mikro-orm/migrations';

/**
 * Who may call: partners, the API keys of machines, and the accounts that are frozen.
 *
 * A key goes on when its secret is changed, so that what belongs to it (what it did, what it may not do twice) does too. Of a
 * secret only the hash is kept: with 256 random bits in it there is nothing to guess, and it needs no slow hash.
 */
export class Migration20261122000005 extends Migration {
  override name = 'Migration20261122000005';

  override up(): void {
    this.addSql(`create table "partner" (
      "id" uuid not null,
      "name" text not null,
      "note" text not null,
      "created_by" text not null,
      "created_at" timestamptz not null,
      constraint "partner_pkey" primary key ("id"),
      constraint "partner_name_unique" unique ("name")
    )`);
    this.addSql(`create table "api_key" (
      "id" uuid not null,
      "role" text not null check (role in ('PLATFORM', 'PARTNER')),
      "partner_id" uuid null,
      "name" text not null,
      "scopes" text[] not null check (cardinality(scopes) > 0),
      "allowed_addresses" text[] not null,
      "lifetime_days" int not null check (lifetime_days between 1 and 730),
      "note" text not null,
      "created_by" text not null,
      "created_at" timestamptz not null,
      "last_used_at" timestamptz null,
      "revoked_at" timestamptz null,
      "revoked_by" text null,
      "revoke_note" text null,
      constraint "api_key_pkey" primary key ("id"),
      constraint "api_key_partner" check ((role = 'PARTNER') = (partner_id is not null))
    )`);
    this.addSql(`create table "api_key_secret" (
      "public_id" text not null,
      "api_key_id" uuid not null,
      "place" int not null,
      "hash" bytea not null check (length(hash) = 32),
      "note" text not null,
      "made_by" text not null,
      "made_at" timestamptz not null,
      "expires_at" timestamptz not null,
      constraint "api_key_secret_pkey" primary key ("public_id"),
      constraint "api_key_secret_place" unique ("api_key_id", "place")
    )`);
    this.addSql(`create table "account_freeze" (
      "subject_id" uuid not null,
      "id" uuid not null,
      "subject_kind" text not null check (subject_kind in ('MERCHANT', 'BUYER')),
      "ground" text not null,
      "note" text not null,
      "frozen_by" text not null,
      "frozen_at" timestamptz not null,
      "unfrozen_at" timestamptz null,
      "unfrozen_by" text null,
      "unfreeze_note" text null,
      constraint "account_freeze_pkey" primary key ("subject_id", "id")
    )`);
    // An account is frozen once at a time, and every call of a merchant or buyer asks whether it is.
    this.addSql(
      `create unique index "account_freeze_once" on "account_freeze" ("subject_id") where unfrozen_at is null`,
    );
    this.addSql(`create index "account_freeze_id_index" on "account_freeze" ("id") where unfrozen_at is null`);
  }
}
