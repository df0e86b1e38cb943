import { Migration } from '@mikro-orm/migrations';

/**
 * Signs that were never seen for want of data.
 *
 * `merchant_trace`: devices, payment instruments and addresses that are known to be a merchant's own, as keyed hashes: who reviews it from
 * behind one of them is tied to it. `order.paid_back_at`: the buyer had the money back past the marketplace, as the marketplace learnt.
 * `suspicion_evidence.facts`: the orders, reviews and accounts that a ground rests on, so that whoever judges can look at them.
 *
 * What was suspected for the sole reason that its author wrote proven fakes is withdrawn when that is overturned: the record says so.
 *
 * `inspection`: what was found wrong with a merchant or its goods, which counts against its grade until it is annulled.
 *
 * `review.confirmed_at`: when later reviews bore it out, which counts for its author; null where they have not, or not yet.
 */
export class Migration20261123000040 extends Migration {
  override name = 'Migration20261123000040';

  override up(): void {
    this.addSql(`create table "merchant_trace" (
      "merchant_id" uuid not null,
      "kind" smallint not null check (kind between 1 and 3),
      "hash" bytea not null,
      "known_since" timestamptz not null,
      constraint "merchant_trace_pkey" primary key ("merchant_id", "kind", "hash")
    )`);
    this.addSql(`create index "merchant_trace_hash_index" on "merchant_trace" ("kind", "hash")`);
    this.addSql(`alter table "order" add "paid_back_at" timestamptz null`);
    this.addSql(`alter table "suspicion_evidence" add "facts" jsonb not null default '[]'`);
    this.addSql(`alter table "suspicion_verdict" drop constraint "suspicion_verdict_kind_check",
      add constraint "suspicion_verdict_kind_check" check (kind in ('OPENED', 'REOPENED', 'CONFIRMED', 'DISMISSED', 'WITHDRAWN'))`);
    this.addSql(`alter table "review" add "confirmed_at" timestamptz null`);
    this.addSql(`create table "inspection" (
      "merchant_id" uuid not null,
      "id" uuid not null,
      "product_id" uuid null,
      "finding" text not null check (finding in ('FAILED', 'COUNTERFEIT')),
      "inspected_at" timestamptz not null,
      "note" text not null,
      "recorded_by" text not null,
      "recorded_at" timestamptz not null,
      "annulled_at" timestamptz null,
      "annulled_by" text null,
      "annulment_note" text null,
      constraint "inspection_pkey" primary key ("merchant_id", "id"),
      constraint "inspection_annulment" check ((annulled_at is null) = (annulled_by is null) and (annulled_at is null) = (annulment_note is null))
    )`);
  }
}
