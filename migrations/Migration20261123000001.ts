import { Migration } from '@mikro-orm/migrations';

/**
 * Under which terms partners take grades out of the house, and who took which. Partners that were let in before terms were kept get the
 * terms of a new one: shops and what they sell, never people, and for no decision on credit.
 *
 * `consent`: what a buyer allowed whom, for what and for how long; rows end and are never changed or removed. `partner_meter`: how much a
 * partner has taken out, shared by all processes. `grade_inquiry`: what was taken out, a row for each time and subject.
 */
export class Migration20261123000001 extends Migration {
  override name = 'Migration20261123000001';

  override up(): void {
    this.addSql(`alter table "partner"
      add column "subject_kinds" text[] not null default '{MERCHANT,PRODUCT}' check (cardinality(subject_kinds) > 0),
      add column "purposes" text[] not null default '{ONBOARDING,DISPLAY}' check (cardinality(purposes) > 0),
      add column "pulls_per_day" int not null default 100000 check (pulls_per_day > 0),
      add column "burst" int not null default 5000 check (burst > 0),
      add column "terms_set_by" text null,
      add column "terms_set_at" timestamptz null,
      add column "terms_note" text null`);
    this.addSql(`create table "consent" (
      "subject_id" uuid not null,
      "id" uuid not null,
      "partner_id" uuid not null,
      "purpose" text not null check (purpose in ('CREDIT_DECISION', 'ONBOARDING', 'DISPLAY')),
      "granted_at" timestamptz not null,
      "granted_by" text not null,
      "proof" text null,
      "until" timestamptz not null check (until > granted_at),
      "ended_at" timestamptz null,
      "ended_as" text null check (ended_as in ('WITHDRAWN', 'RENEWED')),
      "ended_by" text null,
      "end_proof" text null,
      constraint "consent_pkey" primary key ("subject_id", "id"),
      constraint "consent_ended" check ((ended_at is null) = (ended_as is null) and (ended_at is null) = (ended_by is null))
    )`);
    // At most one holds for a partner and a purpose.
    this.addSql(
      `create unique index "consent_open_unique" on "consent" ("subject_id", "partner_id", "purpose") where ended_at is null`,
    );
    // Of whom a partner may take out anything at all: its lists begin here.
    this.addSql(
      `create index "consent_open_index" on "consent" ("partner_id", "purpose", "subject_id") where ended_at is null`,
    );
    this.addSql(`create table "partner_meter" (
      "partner_id" uuid not null,
      "day" date not null,
      "used" bigint not null,
      "left_at_once" float8 not null,
      "counted_at" timestamptz not null,
      constraint "partner_meter_pkey" primary key ("partner_id")
    ) with (fillfactor = 50)`);
    this.addSql(`create table "grade_inquiry" (
      "subject_id" uuid not null,
      "id" uuid not null,
      "subject_kind" text not null check (subject_kind in ('MERCHANT', 'BUYER', 'PRODUCT')),
      "partner_id" uuid not null,
      "purpose" text not null check (purpose in ('CREDIT_DECISION', 'ONBOARDING', 'DISPLAY')),
      "operation" text not null,
      "taken" text[] not null check (cardinality(taken) > 0),
      "at" timestamptz not null,
      "as_of" timestamptz not null,
      "known_at" timestamptz not null,
      "policy" text null,
      constraint "grade_inquiry_pkey" primary key ("subject_id", "id")
    )`);
    // They come in the order of time: what is too old to be kept lies together.
    this.addSql(`create index "grade_inquiry_at_index" on "grade_inquiry" using brin ("at")`);
    // An export that is for a partner, and what for.
    this.addSql(`alter table "bulk_export"
      add column "partner_id" uuid null,
      add column "purpose" text null,
      add constraint "bulk_export_partner" check ((partner_id is null) = (purpose is null))`);
    // Nobody said what for: whoever asked for one that is under way asks again.
    this
      .addSql(`update "bulk_export" set status = 'FAILED', error_code = 'PURPOSE_MISSING', ended_at = now(), lease_until = null
      where owner like 'PARTNER%' and status in ('QUEUED', 'RUNNING')`);
  }
}
