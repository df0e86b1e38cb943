import { Migration } from '@mikro-orm/migrations';

/**
 * What follows from misconduct. `condition`: what holds of a subject for a time beside its postings, so that a policy can cap its
 * grade; bi-temporal, because a grade of any past moment must know what held then, as it was known then. `sanction`: measures with
 * their statement of reasons. `qualification`: papers that are missing or expire. `proposal`: what needs a second person. `conduct_version`: the ladder of measures, as data.
 */
export class Migration20261122000002 extends Migration {
  override name = 'Migration20261122000002';

  override up(): void {
    this.addSql(`create table "condition" (
      "subject_id" uuid not null,
      "id" uuid not null,
      "code" text not null,
      "starts_at" timestamptz not null,
      "ends_at" timestamptz null check (ends_at > starts_at),
      "recorded_at" timestamptz not null,
      "lifted_at" timestamptz null,
      "annulled_at" timestamptz null,
      constraint "condition_pkey" primary key ("subject_id", "id")
    )`);
    this.addSql(`create table "sanction" (
      "subject_id" uuid not null,
      "id" uuid not null,
      "subject_kind" text not null check (subject_kind in ('MERCHANT', 'BUYER')),
      "kind" text not null check (kind in ('WARNING', 'POINTS_DEDUCTION', 'RESTRICTION', 'SUSPENSION', 'REMOVAL', 'PUBLIC_NOTICE')),
      "ground" text not null,
      "statement" text not null,
      "note" text not null,
      "territory" text[] null,
      "is_detected_automatically" boolean not null,
      "is_decided_automatically" boolean not null,
      "points" int not null check (points >= 0),
      "transfer_id" uuid null check ((transfer_id is null) = (points = 0)),
      "strikes" int not null check (strikes >= 0),
      "strikes_until" timestamptz not null,
      "conduct_version" int not null,
      "decision_id" uuid null,
      "imposed_by" text not null,
      "approved_by" text null check (approved_by <> imposed_by),
      "imposed_at" timestamptz not null,
      "ends_at" timestamptz null check (ends_at > imposed_at),
      "appeal_until" timestamptz not null,
      "lifted_at" timestamptz null,
      "lifted_by" text null,
      "lift_note" text null,
      "annulled_at" timestamptz null,
      constraint "sanction_pkey" primary key ("subject_id", "id")
    )`);
    // Of any room that asks for a second person; it is found by its own id.
    this.addSql(`create table "proposal" (
      "id" uuid not null,
      "action" text not null,
      "input" jsonb not null,
      "summary" text not null,
      "note" text not null,
      "proposed_by" text not null,
      "proposed_at" timestamptz not null,
      "decision" text null check (decision in ('APPROVED', 'REJECTED')),
      "decided_by" text null check (decision <> 'APPROVED' or decided_by <> proposed_by),
      "decided_at" timestamptz null,
      "decision_note" text null,
      "result_ids" text[] not null default '{}',
      constraint "proposal_pkey" primary key ("id"),
      constraint "proposal_decided" check ((decision is null) = (decided_by is null) and (decision is null) = (decided_at is null))
    )`);
    this.addSql(`create index "proposal_open_index" on "proposal" ("id") where decision is null`);
    // What the platform says of the papers of merchants and products; the last word on each counts.
    this.addSql(`create table "qualification" (
      "subject_id" uuid not null,
      "id" uuid not null,
      "owner_id" uuid not null,
      "key" text not null,
      "status" text not null check (status in ('VALID', 'MISSING', 'NOT_REQUIRED')),
      "expires_at" timestamptz null check (expires_at is null or status = 'VALID'),
      "note" text not null,
      "stated_by" text not null,
      "stated_at" timestamptz not null,
      "replaced_at" timestamptz null,
      constraint "qualification_pkey" primary key ("subject_id", "id")
    )`);
    this.addSql(
      `create unique index "qualification_last_word" on "qualification" ("subject_id", "key") where replaced_at is null`,
    );
    // Version 1 is the preset that comes with the house.
    this.addSql(`create table "conduct_version" (
      "version" int not null check (version >= 2),
      "document" jsonb not null,
      "active_from" timestamptz not null,
      "note" text not null,
      "saved_by" text not null,
      "recorded_at" timestamptz not null,
      constraint "conduct_version_pkey" primary key ("version")
    )`);
  }
}
