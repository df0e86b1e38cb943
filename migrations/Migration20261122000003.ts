import { Migration } from '@mikro-orm/migrations';

/**
 * Penalties for fake reviews, and their redress. A review may be voided, restored and voided again: its grounds stay on record, one
 * of them in force at most, each with the status to go back to. `penalty`: a decision about reviews; its id is also that of its
 * receipt, by which `review_void` leads to it. `penalty_share`: what of it befell one author or merchant, so that it can be
 * undone for that one alone. `appeal`: what those concerned say against it, and what became of that.
 */
export class Migration20261122000003 extends Migration {
  override name = 'Migration20261122000003';

  override up(): void {
    this.voids();
    this.penalties();
    this.appeals();
  }

  private voids(): void {
    this.addSql(`alter table "review_void"
      add "status_before" text null check ("status_before" in ('COUNTED', 'HELD', 'UNVERIFIED')),
      add "lifted_by" text null, add "lifted_at" timestamptz null, add "lift_receipt_id" uuid null`);
    // What was never scored has no posting; what was held, one that says so.
    this.addSql(`update "review_void" v set "status_before" = coalesce(
      (select case when p.is_held then 'HELD' else 'COUNTED' end from "posting" p
        where p.subject_id = v.merchant_id and p.fact_id = v.review_id order by p.revision desc limit 1), 'UNVERIFIED')`);
    this.addSql(`alter table "review_void" alter "status_before" set not null,
      drop constraint "review_void_pkey",
      add constraint "review_void_pkey" primary key ("merchant_id", "review_id", "receipt_id"),
      add constraint "review_void_lift" check (("lifted_at" is null) = ("lifted_by" is null) and ("lifted_at" is null) = ("lift_receipt_id" is null))`);
    this.addSql(
      `create unique index "review_void_in_force" on "review_void" ("merchant_id", "review_id") where "lifted_at" is null`,
    );
    // From a decision to its reviews.
    this.addSql(`create index "review_void_receipt_index" on "review_void" ("receipt_id")`);
  }

  private penalties(): void {
    this.addSql(`create table "penalty" (
      "id" uuid not null,
      "ground" text not null,
      "note" text not null,
      "statement" text not null,
      "reviews" int not null check (reviews >= 1),
      "has_measures" boolean not null,
      "deduct_points" int null check (deduct_points >= 0),
      "is_merchant_sanctioned" boolean not null,
      "is_detected_automatically" boolean not null,
      "is_decided_automatically" boolean not null,
      "decided_by" text not null,
      "approved_by" text null check (approved_by <> decided_by),
      "decided_at" timestamptz not null,
      constraint "penalty_pkey" primary key ("id")
    )`);
    this.addSql(`create index "penalty_decided_index" on "penalty" ("decided_at", "id")`);
    this.addSql(`create table "penalty_share" (
      "subject_id" uuid not null,
      "penalty_id" uuid not null,
      "subject_kind" text not null check (subject_kind in ('MERCHANT', 'BUYER')),
      "offence" smallint null,
      "offence_rank" int not null check (offence_rank >= 0),
      "sanction_id" uuid null,
      "decided_at" timestamptz not null,
      "counted_since" timestamptz not null,
      "lifted_at" timestamptz null,
      constraint "penalty_share_pkey" primary key ("subject_id", "penalty_id")
    )`);
    this.addSql(`create index "penalty_share_penalty_index" on "penalty_share" ("penalty_id")`);
    // Whether a suspicion was there before a person looked at the review.
    this.addSql(`alter table "review_void" add "is_detected" boolean not null default false`);
  }

  private appeals(): void {
    // About one voided review, or one sanction: one appeal of each person concerned.
    this.addSql(`create table "appeal" (
      "id" uuid not null,
      "about" text not null check (about in ('REVIEW', 'SANCTION')),
      "subject_id" uuid not null,
      "fact_id" uuid not null,
      "decision_id" uuid null,
      "appellant_id" uuid not null,
      "appellant_kind" text not null check (appellant_kind in ('MERCHANT', 'BUYER')),
      "argument" text not null,
      "status" text not null check (status in ('FILED', 'UNDER_REVIEW', 'UPHELD', 'OVERTURNED')),
      "filed_at" timestamptz not null,
      "due_at" timestamptz not null,
      "taken_by" text null,
      "taken_until" timestamptz null check ((taken_until is null) = (taken_by is null)),
      "decision" text null,
      "decided_by" text null,
      "decided_at" timestamptz null,
      "receipt_id" uuid null,
      constraint "appeal_pkey" primary key ("id"),
      constraint "appeal_decided" check (
        (status in ('UPHELD', 'OVERTURNED')) = (decided_at is not null) and (decided_at is null) = (decided_by is null)
        and (decided_at is null) = (decision is null))
    )`);
    this.addSql(
      `create unique index "appeal_once" on "appeal" ("subject_id", "fact_id", "decision_id", "appellant_id") nulls not distinct`,
    );
    this.addSql(`create index "appeal_open_index" on "appeal" ("due_at", "id") where decided_at is null`);
    this.addSql(`create index "appeal_status_index" on "appeal" ("status", "due_at", "id")`);
    this.addSql(`create index "appeal_filed_index" on "appeal" ("filed_at")`);
    // The numbers for the public count reviews and voids by when they were recorded; both come in that order.
    this.addSql(`create index "review_recorded_index" on "review" using brin ("recorded_at")`);
    this.addSql(`create index "review_void_time_index" on "review_void" ("voided_at")`);
  }
}
