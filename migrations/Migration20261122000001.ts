import { Migration } from '@mikro-orm/migrations';

/**
 * Doubt: what is suspected, on which evidence, and what became of it; and the marks by which a review is compared with others as it
 * comes in.
 *
 * A suspicion is about the reviews or orders of one merchant, whose id comes first in every key. Rings, texts and traces lead from
 * one merchant to another: they are found by keys of their own.
 */
export class Migration20261122000001 extends Migration {
  override name = 'Migration20261122000001';

  override up(): void {
    this.suspicions();
    this.holds();
    this.rings();
    this.marks();
    this.settings();
  }

  private suspicions(): void {
    this.addSql(`create table "suspicion" (
      "merchant_id" uuid not null,
      "id" uuid not null,
      "kind" text not null check (kind in ('REVIEW', 'RING', 'BRUSHING')),
      "status" text not null check (status in ('OPEN', 'CONFIRMED', 'DISMISSED')),
      "probability" double precision not null check (probability >= 0 and probability <= 1),
      "outcome" text not null check (outcome in ('VOID_PROPOSED', 'HELD', 'COUNTED')),
      "codes" text[] not null,
      "ring_id" uuid null,
      "opened_at" timestamptz not null,
      "updated_at" timestamptz not null,
      "claimed_by" text null,
      "claimed_until" timestamptz null,
      "decided_at" timestamptz null,
      "decided_by" text null,
      "decision_note" text null,
      constraint "suspicion_pkey" primary key ("merchant_id", "id"),
      constraint "suspicion_claim" check ((claimed_by is null) = (claimed_until is null)),
      constraint "suspicion_decision" check ((status = 'OPEN') = (decided_at is null) and (decided_at is null) = (decided_by is null))
    )`);
    // The queue: most probable first, one for each status.
    this.addSql(`create index "suspicion_queue_index" on "suspicion" ("status", "probability" desc, "id")`);
    this.addSql(`create index "suspicion_ring_index" on "suspicion" ("ring_id") where ring_id is not null`);
    this.addSql(`create table "suspicion_evidence" (
      "merchant_id" uuid not null,
      "suspicion_id" uuid not null,
      "code" text not null,
      "family" text not null,
      "observed" double precision null,
      "expected" double precision null,
      "log_likelihood_ratio" double precision not null,
      "detail" jsonb not null,
      constraint "suspicion_evidence_pkey" primary key ("merchant_id", "suspicion_id", "code")
    )`);
    for (const fact of ['review', 'order']) {
      this.addSql(`create table "suspicion_${fact}" (
        "merchant_id" uuid not null,
        "suspicion_id" uuid not null,
        "${fact}_id" uuid not null,
        constraint "suspicion_${fact}_pkey" primary key ("merchant_id", "suspicion_id", "${fact}_id")
      )`);
      this.addSql(
        `create index "suspicion_${fact}_fact_index" on "suspicion_${fact}" ("merchant_id", "${fact}_id", "suspicion_id")`,
      );
    }
    // Who judged what, when, why and on which evidence. Rows are only added.
    this.addSql(`create table "suspicion_verdict" (
      "merchant_id" uuid not null,
      "suspicion_id" uuid not null,
      "id" uuid not null,
      "kind" text not null check (kind in ('OPENED', 'REOPENED', 'CONFIRMED', 'DISMISSED')),
      "actor" text not null,
      "note" text null,
      "codes" text[] not null,
      "at" timestamptz not null,
      constraint "suspicion_verdict_pkey" primary key ("merchant_id", "suspicion_id", "id")
    )`);
  }

  /** That a review was held or released: by whom, why, and with which receipt. Rows are only added. */
  private holds(): void {
    this.addSql(`create table "review_hold" (
      "merchant_id" uuid not null,
      "review_id" uuid not null,
      "id" uuid not null,
      "kind" text not null check (kind in ('HELD', 'RELEASED')),
      "suspicion_id" uuid null,
      "actor" text not null,
      "note" text null,
      "receipt_id" uuid null,
      "at" timestamptz not null,
      constraint "review_hold_pkey" primary key ("merchant_id", "review_id", "id")
    )`);
  }

  private rings(): void {
    this.addSql(`create table "ring" (
      "id" uuid not null,
      "density" double precision not null check (density >= 0 and density <= 1),
      "found_at" timestamptz not null,
      constraint "ring_pkey" primary key ("id")
    )`);
    for (const [table, party] of [
      ['ring_member', 'buyer'],
      ['ring_target', 'merchant'],
    ] as const)
      this.addSql(`create table "${table}" (
        "ring_id" uuid not null,
        "${party}_id" uuid not null,
        constraint "${table}_pkey" primary key ("ring_id", "${party}_id")
      )`);
  }

  /** Of the reviews of the last 90 days alone: the rest is swept away. */
  private marks(): void {
    // For reading the last 90 days alone: rows lie in about the order of time, so that a few pages tell where.
    this.addSql(`create index "review_time_index" on "review" using brin ("occurred_at")`);
    this.addSql(`create index "order_time_index" on "order" using brin ("placed_at")`);
    // What stage 1 found about a review. Its weight is the sum of its evidence but for the codes that stage 2 tells anew.
    this.addSql(`create table "review_mark" (
      "merchant_id" uuid not null,
      "review_id" uuid not null,
      "author_id" uuid not null,
      "occurred_at" timestamptz not null,
      "is_newcomer" boolean not null,
      "signature" bytea null check (length(signature) = 256),
      "weight" double precision not null,
      "evidence" jsonb not null,
      constraint "review_mark_pkey" primary key ("merchant_id", "review_id")
    )`);
    this.addSql(`create index "review_mark_time_index" on "review_mark" ("occurred_at")`);
    this.addSql(
      `create index "review_mark_newcomer_index" on "review_mark" ("merchant_id", "occurred_at") where is_newcomer`,
    );
    // Sixteen a text: those that share one are worth comparing.
    this.addSql(`create table "text_band" (
      "band" bigint not null,
      "occurred_at" timestamptz not null,
      "merchant_id" uuid not null,
      "review_id" uuid not null,
      constraint "text_band_pkey" primary key ("band", "occurred_at", "merchant_id", "review_id")
    )`);
    this.addSql(`create index "text_band_time_index" on "text_band" using brin ("occurred_at")`);
    // Who reviewed whom from behind which device, payment instrument or address (a keyed hash), and when last.
    this.addSql(`create table "review_trace" (
      "kind" smallint not null check (kind between 1 and 3),
      "hash" bytea not null,
      "merchant_id" uuid not null,
      "author_id" uuid not null,
      "last_at" timestamptz not null,
      constraint "review_trace_pkey" primary key ("kind", "hash", "merchant_id", "author_id")
    )`);
    this.addSql(`create index "review_trace_time_index" on "review_trace" ("last_at")`);
    // One row: the marketplace's habits in the 90 days before the last scan, by which a merchant's week is judged.
    this.addSql(`create table "market_habit" (
      "id" smallint not null check (id = 1),
      "reviews" int not null,
      "newcomers" int not null,
      "deliveries" int not null,
      "scanned_at" timestamptz not null,
      constraint "market_habit_pkey" primary key ("id")
    )`);
  }

  /** Base rate, thresholds, weights, what happens by itself: data with versions, the last of them in force. */
  private settings(): void {
    this.addSql(`create table "integrity_settings" (
      "version" int not null check (version >= 1),
      "document" jsonb not null,
      "note" text not null,
      "set_by" text not null,
      "set_at" timestamptz not null,
      constraint "integrity_settings_pkey" primary key ("version")
    )`);
  }
}
