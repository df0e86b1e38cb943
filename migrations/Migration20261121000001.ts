import { Migration } from '@mikro-orm/migrations';

/**
 * The first schema: parties, facts, the ledger of evidence with its balances, and what makes taking in happen once.
 *
 * Rows about a subject carry its id first in every primary key and unique constraint, so that the same tables can be distributed by it.
 * Parties, policies and the key tables are looked up by other keys: they are small or become tables of their own.
 */
export class Migration20261121000001 extends Migration {
  override name = 'Migration20261121000001';

  override up(): void {
    this.parties();
    this.facts();
    this.evidence();
    this.policies();
    this.intake();
  }

  private parties(): void {
    for (const party of ['merchant', 'buyer'])
      this.addSql(`create table "${party}" (
        "id" uuid not null,
        "external_id" text not null,
        "name" text null,
        "registered_at" timestamptz null,
        "described_at" timestamptz null,
        "recorded_at" timestamptz not null,
        constraint "${party}_pkey" primary key ("id"),
        constraint "${party}_external_id_unique" unique ("external_id")
      )`);
    this.addSql(`create index "merchant_name_index" on "merchant" (coalesce("name", "external_id"), "id")`);
    this.addSql(`create table "product" (
      "id" uuid not null,
      "external_id" text not null,
      "merchant_id" uuid not null,
      "name" text null,
      "category" text null,
      "described_at" timestamptz null,
      "recorded_at" timestamptz not null,
      constraint "product_pkey" primary key ("id"),
      constraint "product_external_id_unique" unique ("external_id")
    )`);
  }

  private facts(): void {
    this.addSql(`create table "order" (
      "merchant_id" uuid not null,
      "id" uuid not null,
      "external_id" text not null,
      "buyer_id" uuid not null,
      "product_ids" uuid[] not null,
      "lines" jsonb not null,
      "currency" text not null check (currency ~ '^[A-Z]{3}$'),
      "amount" bigint not null check (amount >= 0),
      "placed_at" timestamptz not null,
      "ship_by" timestamptz null,
      "deliver_by" timestamptz null,
      "paid_at" timestamptz null,
      "payment_failed_at" timestamptz null,
      "shipped_at" timestamptz null,
      "carrier" text null,
      "tracking" text null,
      "delivered_at" timestamptz null,
      "completed_at" timestamptz null,
      "cancelled_at" timestamptz null,
      "cancelled_by" text null check (cancelled_by in ('SELLER', 'BUYER', 'PLATFORM')),
      "cancel_cause" text null,
      "refunds" jsonb not null default '[]',
      "dispute_closed_at" timestamptz null,
      "dispute_lost_by" text null check (dispute_lost_by in ('MERCHANT', 'BUYER', 'NONE')),
      "chargeback_at" timestamptz null,
      "chargeback_lost_by" text null check (chargeback_lost_by in ('MERCHANT', 'BUYER', 'NONE')),
      "ip_hash" bytea null,
      "device_hash" bytea null,
      "payment_hash" bytea null,
      "recorded_at" timestamptz not null,
      "voided_at" timestamptz null,
      constraint "order_pkey" primary key ("merchant_id", "id")
    )`);
    this.addSql(`create index "order_buyer_index" on "order" ("buyer_id", "id")`);
    // Windows of days, for the presets. Its columns never change, so that an order's updates stay off it.
    this.addSql(`create index "order_merchant_time_index" on "order" ("merchant_id", "placed_at")`);
    this.addSql(`create table "review" (
      "merchant_id" uuid not null,
      "id" uuid not null,
      "external_id" text null,
      "order_id" uuid null,
      "author_id" uuid not null,
      "product_id" uuid null,
      "stars" smallint not null check (stars >= 1 and stars <= 5),
      "valence" int not null check (valence >= -100000000 and valence <= 100000000),
      "description" smallint null check (description >= 1 and description <= 5),
      "service" smallint null check (service >= 1 and service <= 5),
      "logistics" smallint null check (logistics >= 1 and logistics <= 5),
      "text" text null,
      "channel" text not null check (channel in ('ORGANIC', 'INVITED', 'IMPORTED')),
      "incentivized" boolean not null,
      "occurred_at" timestamptz not null,
      "recorded_at" timestamptz not null,
      "status" text not null check (status in ('COUNTED', 'HELD', 'VOIDED', 'UNVERIFIED')),
      "verification" text not null check (verification in ('NONE', 'ORDER_MATCHED', 'PAID', 'DELIVERED', 'KEPT')),
      "is_network_rating" boolean not null,
      "reliability" bigint not null,
      "experience" bigint not null,
      "agree_gain" bigint not null,
      "disagree_gain" bigint not null,
      "experience_gain" bigint not null,
      "consensus_gain" bigint not null,
      "weight_gain" bigint not null,
      "retracted_at" timestamptz null,
      constraint "review_pkey" primary key ("merchant_id", "id"),
      constraint "review_merchant_id_order_id_unique" unique ("merchant_id", "order_id")
    )`);
    this.addSql(`create index "review_author_index" on "review" ("author_id", "id")`);
    this.addSql(`create index "review_merchant_time_index" on "review" ("merchant_id", "occurred_at", "id")`);
    this.addSql(
      `create index "review_product_index" on "review" ("product_id", "occurred_at", "id") where product_id is not null`,
    );
    this.addSql(`create table "review_reply" (
      "merchant_id" uuid not null,
      "review_id" uuid not null,
      "text" text not null,
      "replied_at" timestamptz not null,
      constraint "review_reply_pkey" primary key ("merchant_id", "review_id")
    )`);
    this.addSql(`create table "review_report" (
      "merchant_id" uuid not null,
      "review_id" uuid not null,
      "id" uuid not null,
      "reporter" text not null,
      "ground" text not null,
      "explanation" text not null,
      "reported_at" timestamptz not null,
      constraint "review_report_pkey" primary key ("merchant_id", "review_id", "id"),
      constraint "review_report_once" unique ("merchant_id", "review_id", "reporter")
    )`);
    this.addSql(`create table "receipt" (
      "merchant_id" uuid not null,
      "id" uuid not null,
      "reversed_postings" int not null,
      "changes" jsonb not null,
      "points_moved" int not null,
      "made_at" timestamptz not null,
      constraint "receipt_pkey" primary key ("merchant_id", "id")
    )`);
    this.addSql(`create table "review_void" (
      "merchant_id" uuid not null,
      "review_id" uuid not null,
      "ground" text not null,
      "statement" text not null,
      "voided_by" text not null,
      "voided_at" timestamptz not null,
      "receipt_id" uuid not null,
      constraint "review_void_pkey" primary key ("merchant_id", "review_id")
    )`);
  }

  /** The ledger and its balances. Nothing here is a policy's but `standing`, which can be rebuilt from `posting`. */
  private evidence(): void {
    this.addSql(`create table "posting" (
      "subject_id" uuid not null,
      "fact_id" uuid not null,
      "kind" smallint not null,
      "revision" smallint not null check (revision >= 0),
      "occurred_at" timestamptz not null,
      "recorded_at" timestamptz not null,
      "counterparty_id" uuid null,
      "amount" bigint null,
      "currency" text null,
      "reliability" bigint null,
      "experience" bigint null,
      "is_purchase" boolean not null,
      "pair_rank" int not null check (pair_rank >= 0),
      "is_held" boolean not null,
      "volume" int not null default 0 check (volume >= 0),
      "first_step" smallint not null default 0 check (first_step between -1 and 1),
      "first_far_at" timestamptz null check (first_far_at is null or first_far_at > occurred_at and first_step <> 0),
      constraint "posting_pkey" primary key ("subject_id", "fact_id", "kind", "revision")
    )`);
    // Most ledgers never fill their first volume: they are read whole, and cost no second index.
    this.addSql(
      `create index "posting_volume_index" on "posting" ("subject_id", "volume", "occurred_at") where volume > 0`,
    );
    this.addSql(
      `create index "posting_first_far_index" on "posting" ("subject_id", "first_far_at") where first_far_at is not null`,
    );
    // Volumes that nothing is added to any more. What each adds up to, under each policy, is in its checkpoints.
    this.addSql(`create table "ledger_volume" (
      "subject_id" uuid not null,
      "volume" int not null check (volume >= 0),
      "first_recorded_at" timestamptz not null,
      "last_recorded_at" timestamptz not null,
      "facts" uuid[] null check ((facts is null) = (volume > 0)),
      constraint "ledger_volume_pkey" primary key ("subject_id", "volume")
    )`);
    // Of one closed volume, or of a shelf of them. Kind 0: how many counterparties count from this day on.
    this.addSql(`create table "checkpoint" (
      "subject_id" uuid not null,
      "policy_id" uuid not null,
      "span" smallint not null check (span >= 1),
      "volume" int not null,
      "day" int not null,
      "kind" smallint not null,
      "count" int not null,
      "term" numeric not null,
      constraint "checkpoint_pkey" primary key ("subject_id", "policy_id", "span", "volume", "day", "kind")
    )`);
    this.addSql(`create table "tally" (
      "subject_id" uuid not null,
      "subject_kind" smallint not null,
      "counts" int[] not null,
      "counterparties" int not null,
      "first_day" int null,
      "last_day" int null,
      "stars" int[] not null,
      "average" double precision null,
      "verified" int not null,
      "excluded" int not null,
      "dimension_counts" int[] not null,
      "dimension_sums" int[] not null,
      "consensus_sum" bigint not null,
      "consensus_weight" bigint not null,
      "volume" int not null default 0,
      "volume_entries" int not null default 0,
      constraint "tally_pkey" primary key ("subject_id")
    ) with (fillfactor = 80)`);
    this.addSql(
      `create index "tally_merchant_average_index" on "tally" ("average" desc nulls last, "subject_id") where subject_kind = 0`,
    );
    this.addSql(`create table "standing" (
      "subject_id" uuid not null,
      "policy_id" uuid not null,
      "subject_kind" smallint not null,
      "terms" numeric[] not null,
      "level" text not null,
      "score" int null,
      "low_score" double precision not null,
      "checkpoints" int not null default 0,
      constraint "standing_pkey" primary key ("subject_id", "policy_id")
    ) with (fillfactor = 80)`);
    this.addSql(
      `create index "standing_merchant_score_index" on "standing" ("policy_id", "low_score" desc, "subject_id") where subject_kind = 0`,
    );
    this.addSql(
      `create index "standing_rated_index" on "standing" ("policy_id", "subject_id") where level <> 'NOT_RATED'`,
    );
    this.addSql(`create table "pair" (
      "subject_id" uuid not null,
      "counterparty_id" uuid not null,
      "orders" int not null,
      "reviews" int not null,
      "live" int not null,
      "first_at" timestamptz null,
      constraint "pair_pkey" primary key ("subject_id", "counterparty_id")
    ) with (fillfactor = 90)`);
    this.addSql(`create table "day_tally" (
      "subject_id" uuid not null,
      "day" int not null,
      "deals" int not null,
      "reviews_seen" int not null,
      "reviews_counted" int not null,
      constraint "day_tally_pkey" primary key ("subject_id", "day")
    ) with (fillfactor = 90)`);
    this.addSql(`create table "reviewer" (
      "buyer_id" uuid not null,
      "agree" bigint not null,
      "disagree" bigint not null,
      "experience" bigint not null,
      "week" int not null,
      "week_experience" bigint not null,
      constraint "reviewer_pkey" primary key ("buyer_id")
    ) with (fillfactor = 90)`);
    // One row: what all counted reviews say on average. Changed last in a transaction, so that it is held for a moment only.
    this.addSql(`create table "review_mean" (
      "id" smallint not null check (id = 1),
      "valence_sum" bigint not null,
      "count" bigint not null,
      constraint "review_mean_pkey" primary key ("id")
    )`);
    this.addSql(`insert into "review_mean" values (1, 0, 0)`);
  }

  private policies(): void {
    this.addSql(`create table "policy_version" (
      "id" uuid not null,
      "key" text not null,
      "version" int not null check (version >= 1),
      "subject_kind" text not null,
      "document" jsonb not null,
      "state" text not null default 'DRAFT' check (state in ('DRAFT', 'PROPOSED', 'APPROVED', 'BUILDING', 'BUILT')),
      "is_shadow" boolean not null default false,
      "planned_from" timestamptz null,
      "proposed_by" text null,
      "approved_by" text null,
      "built_to" uuid null,
      "active_from" timestamptz null,
      "active_until" timestamptz null,
      "note" text not null,
      "recorded_at" timestamptz not null,
      constraint "policy_version_pkey" primary key ("id"),
      constraint "policy_version_subject_kind_key_version_unique" unique ("subject_kind", "key", "version"),
      constraint "policy_version_active_span" check (active_until is null or active_until >= active_from),
      constraint "policy_version_active_built" check (active_from is null or active_until is not null or state = 'BUILT')
    )`);
    // At most one version of a policy is active.
    this.addSql(
      `create unique index "policy_version_active" on "policy_version" ("subject_kind", "key") where active_from is not null and active_until is null`,
    );
    // How far the levels of lists have been brought up to date, for each kind of subject; and by which rules they were told.
    this.addSql(`create table "grade_sweep" (
      "subject_kind" text not null,
      "policy_id" uuid not null,
      "replaced_id" uuid null,
      "day" int not null,
      "after" uuid null,
      "is_done" boolean not null,
      constraint "grade_sweep_pkey" primary key ("subject_kind")
    )`);
    // Who did what to a version, when and why. Rows are only added.
    this.addSql(`create table "policy_step" (
      "policy_id" uuid not null,
      "place" int not null,
      "kind" text not null,
      "actor" text not null,
      "note" text not null,
      "active_from" timestamptz null,
      "at" timestamptz not null,
      constraint "policy_step_pkey" primary key ("policy_id", "place")
    )`);
    // Days in which something outside anyone's power befell all merchants, or some. A platform has a few dozen a year.
    this.addSql(`create table "excuse" (
      "id" uuid not null,
      "ground" text not null check (ground in ('STRIKE', 'STORM', 'PLATFORM_OUTAGE', 'FORCE_MAJEURE')),
      "from_day" int not null,
      "to_day" int not null check (to_day >= from_day and to_day < from_day + 60),
      "merchant_ids" uuid[] null,
      "note" text not null,
      "excused_by" text not null,
      "recorded_at" timestamptz not null,
      "revoked_at" timestamptz null,
      "revoked_by" text null,
      "revoke_note" text null,
      constraint "excuse_pkey" primary key ("id")
    )`);
  }

  private intake(): void {
    this.addSql(`create table "inbox" (
      "source" text not null,
      "id" text not null,
      "content_hash" bytea not null,
      "recorded_at" timestamptz not null,
      constraint "inbox_pkey" primary key ("source", "id")
    )`);
    // The platform's own ids of facts. Without a fact: someone waits for it.
    this.addSql(`create table "fact_key" (
      "kind" text not null check (kind in ('order', 'review')),
      "external_id" text not null,
      "merchant_id" uuid null,
      "fact_id" uuid null,
      constraint "fact_key_pkey" primary key ("kind", "external_id")
    )`);
    this.addSql(`create table "pending_event" (
      "kind" text not null check (kind in ('order', 'review')),
      "external_id" text not null,
      "id" uuid not null,
      "source" text not null,
      "event_id" text not null,
      "event" jsonb not null,
      "recorded_at" timestamptz not null,
      "expires_at" timestamptz not null,
      "rejected_code" text null,
      constraint "pending_event_pkey" primary key ("kind", "external_id", "id")
    )`);
    this.addSql(
      `create index "pending_event_expiry_index" on "pending_event" ("expires_at") where rejected_code is null`,
    );
    this.addSql(`create table "keyed_call" (
      "actor" text not null,
      "operation" text not null,
      "key" text not null,
      "fingerprint" bytea not null,
      "answer" jsonb null,
      "created_at" timestamptz not null,
      constraint "keyed_call_pkey" primary key ("actor", "operation", "key")
    )`);
    this.addSql(`create table "note" (
      "subject_id" uuid not null,
      "id" uuid not null,
      "kind" text not null,
      "payload" jsonb not null,
      "created_at" timestamptz not null,
      "taken_at" timestamptz null,
      constraint "note_pkey" primary key ("subject_id", "id")
    )`);
    this.addSql(`create index "note_waiting_index" on "note" ("created_at") where taken_at is null`);
  }
}
