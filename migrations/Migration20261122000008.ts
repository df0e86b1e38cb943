import { Migration } from '@mikro-orm/migrations';

/**
 * What conduct earns. `changed_fact`: facts that changed and that nobody has settled yet; rows are only ever added and taken away, so
 * that whoever takes events in waits for nobody. `reward_grant`: what one fact gave one subject, or cost it, by one rule, with all that
 * was decided about it: caps, multiplier and version are those of its first booking. An even revision counts, an odd one was taken back.
 * `privilege`: since when somebody has one, and until when it is left to them after what gave it has gone.
 */
export class Migration20261122000008 extends Migration {
  override name = 'Migration20261122000008';

  override up(): void {
    this.facts();
    this.rules();
    this.grants();
    this.privileges();
    // What held points were worth in money when they were held, in minor units of the currency.
    this
      .addSql(`alter table "points_hold" add "value_amount" bigint null check (value_amount >= 0), add "value_currency" text null,
      add constraint "points_hold_value" check ((value_amount is null) = (value_currency is null))`);
  }

  private facts(): void {
    // `place_id`: the merchant under whom an order or a review is filed; of a qualification, its subject.
    this.addSql(`create table "changed_fact" (
      "place_id" uuid not null,
      "id" uuid not null,
      "fact_id" uuid not null,
      "kind" text not null check (kind in ('ORDER', 'REVIEW', 'QUALIFICATION')),
      "due_at" timestamptz not null,
      "tries" int not null default 0,
      constraint "changed_fact_pkey" primary key ("place_id", "id")
    )`);
    this.addSql(`create index "changed_fact_due_index" on "changed_fact" ("due_at", "id")`);
    // The hand-overs of a merchant that were promised for a day, one after the other: for streaks.
    this.addSql(
      `create index "order_handover_index" on "order" ("merchant_id", "shipped_at", "id") where shipped_at is not null and ship_by is not null`,
    );
  }

  private rules(): void {
    this.addSql(`create table "rewards_version" (
      "version" int not null check (version > 1),
      "document" jsonb not null,
      "active_from" timestamptz not null,
      "note" text not null,
      "saved_by" text not null,
      "recorded_at" timestamptz not null,
      constraint "rewards_version_pkey" primary key ("version")
    )`);
  }

  private grants(): void {
    this.addSql(`create table "reward_grant" (
      "subject_id" uuid not null,
      "fact_id" uuid not null,
      "rule" text not null,
      "subject_kind" text not null check (subject_kind in ('MERCHANT', 'BUYER')),
      "fact_kind" text not null check (fact_kind in ('ORDER', 'REVIEW', 'QUALIFICATION')),
      "place_id" uuid not null,
      "counterparty_id" uuid null,
      "rules_version" int not null,
      "points" bigint not null,
      "full_points" bigint not null,
      "limited_by" text null,
      "campaign" text null,
      "member_ids" uuid[] null,
      "occurred_at" timestamptz not null,
      "transfer_id" uuid null check ((transfer_id is null) = (points = 0)),
      "revision" int not null default 0 check (revision >= 0),
      "booked_at" timestamptz not null,
      constraint "reward_grant_pkey" primary key ("subject_id", "fact_id", "rule"),
      constraint "reward_grant_points" check (points between least(0, full_points) and greatest(0, full_points))
    )`);
    // What counts towards the caps. There are no more of these a day than a cap lets by.
    this.addSql(
      `create index "reward_grant_day_index" on "reward_grant" ("subject_id", "occurred_at") where points > 0`,
    );
    this.addSql(
      `create index "reward_grant_pair_index" on "reward_grant" ("subject_id", "counterparty_id", "rule", "occurred_at") where points > 0`,
    );
    // Which hand-overs make up a streak: each is in one at most.
    this.addSql(`create table "reward_streak" (
      "subject_id" uuid not null,
      "rule" text not null,
      "fact_id" uuid not null,
      "completed_by" uuid not null,
      constraint "reward_streak_pkey" primary key ("subject_id", "rule", "fact_id")
    )`);
  }

  private privileges(): void {
    this.addSql(`create table "privilege" (
      "subject_id" uuid not null,
      "key" text not null,
      "since" timestamptz not null,
      "until" timestamptz null,
      constraint "privilege_pkey" primary key ("subject_id", "key")
    )`);
    // One row: how far the changed grades, and the sweep of a day, have come. Whoever moves privileges holds it.
    this.addSql(`create table "privilege_sweep" (
      "id" smallint not null check (id = 1),
      "grades_seen" timestamptz not null,
      "day" int not null,
      "subject_kind" text not null check (subject_kind in ('MERCHANT', 'BUYER')),
      "after" uuid null,
      "is_done" boolean not null,
      constraint "privilege_sweep_pkey" primary key ("id")
    )`);
    this.addSql(`create index "note_grade_index" on "note" ("created_at", "id") where kind = 'grade.changed'`);
  }
}
