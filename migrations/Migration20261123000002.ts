import { Migration } from '@mikro-orm/migrations';

/**
 * Webhooks: what happens is told to addresses that partners and the marketplace have named.
 *
 * The outbox is marked when it is written: `note.is_wanted` says that somebody waits for notes of this kind (`note_interest`), so that an
 * installation without webhooks has nothing to look through, and an endpoint is told what happens from its making on.
 *
 * Deliveries are read by endpoint, and their places are given by one at a time: they stay on one node where others are distributed.
 */
export class Migration20261123000002 extends Migration {
  override name = 'Migration20261123000002';

  override up(): void {
    this.notes();
    this.endpoints();
    this.deliveries();
  }

  private notes(): void {
    this.addSql(`create table "note_interest" (
      "kind" text not null,
      constraint "note_interest_pkey" primary key ("kind")
    )`);
    this.addSql(`alter table "note" add "is_wanted" boolean not null default false`);
    this.addSql(`create index "note_wanted_index" on "note" ("entered") where is_wanted`);
  }

  private endpoints(): void {
    this.addSql(`create table "webhook_endpoint" (
      "id" uuid not null,
      "partner_id" uuid null references "partner" ("id"),
      "purpose" text null,
      "url" text not null,
      "description" text not null,
      "event_types" text[] not null check (cardinality(event_types) > 0),
      "subject_kinds" text[] not null check (cardinality(subject_kinds) > 0),
      "created_by" text not null,
      "created_at" timestamptz not null,
      "disabled_at" timestamptz null,
      "disabled_reason" text null,
      "failures" int not null default 0,
      "failing_since" timestamptz null,
      "rests_until" timestamptz null,
      "deleted_at" timestamptz null,
      constraint "webhook_endpoint_pkey" primary key ("id"),
      constraint "webhook_endpoint_purpose" check ((partner_id is null) = (purpose is null)),
      constraint "webhook_endpoint_disabled" check ((disabled_at is null) = (disabled_reason is null))
    )`);
    this.addSql(`create index "webhook_endpoint_partner_index" on "webhook_endpoint" ("partner_id", "id")`);
    // What signs, sealed with a key of the installation; the public part of it stands open. The last one has no end.
    this.addSql(`create table "webhook_secret" (
      "endpoint_id" uuid not null references "webhook_endpoint" ("id"),
      "place" int not null check (place >= 1),
      "sealed" bytea not null,
      "public_key" text not null,
      "made_by" text not null,
      "made_at" timestamptz not null,
      "ends_at" timestamptz null,
      constraint "webhook_secret_pkey" primary key ("endpoint_id", "place")
    )`);
  }

  private deliveries(): void {
    // What is said, as it is signed: the same bytes to all, and at every attempt.
    this.addSql(`create table "webhook_message" (
      "id" uuid not null,
      "type" text not null,
      "subject_kind" text null,
      "subject_id" uuid not null,
      "is_open" boolean not null,
      "occurred_at" timestamptz not null,
      "body" text not null,
      "made_at" timestamptz not null,
      constraint "webhook_message_pkey" primary key ("id")
    )`);
    this.addSql(`create index "webhook_message_made_index" on "webhook_message" ("made_at")`);
    this.addSql(`create table "webhook_delivery" (
      "endpoint_id" uuid not null references "webhook_endpoint" ("id"),
      "place" bigint not null check (place >= 1),
      "id" uuid not null,
      "message_id" uuid not null references "webhook_message" ("id"),
      "subject_id" uuid not null,
      "status" text not null default 'PENDING' check (status in ('PENDING', 'DELIVERED', 'WITHHELD')),
      "is_replay" boolean not null default false,
      "is_queued" boolean not null default false,
      "attempts" int not null default 0,
      "created_at" timestamptz not null,
      "first_attempt_at" timestamptz null,
      "last_attempt_at" timestamptz null,
      "next_attempt_at" timestamptz null,
      "ended_at" timestamptz null,
      "response_status" int null,
      "latency_ms" int null,
      "error" text null,
      constraint "webhook_delivery_pkey" primary key ("endpoint_id", "place"),
      constraint "webhook_delivery_id_unique" unique ("endpoint_id", "id")
    )`);
    // The first that waits, of a subject: what is sent next.
    this.addSql(
      `create index "webhook_delivery_lane_index" on "webhook_delivery" ("endpoint_id", "subject_id", "place") where status = 'PENDING'`,
    );
    this.addSql(`create index "webhook_delivery_unqueued_index" on "webhook_delivery" ("place") where not is_queued`);
    this.addSql(`create index "webhook_delivery_created_index" on "webhook_delivery" ("created_at")`);
    this.addSql(`create index "webhook_delivery_message_index" on "webhook_delivery" ("message_id")`);
    // One row: the last place that was given. Whoever gives places holds its lock.
    this.addSql(`create table "webhook_head" (
      "id" smallint not null check (id = 1),
      "last" bigint not null,
      constraint "webhook_head_pkey" primary key ("id")
    )`);
    // Processes that deliver, and until when what they have locked is theirs.
    this.addSql(`create table "webhook_runner" (
      "id" text not null,
      "alive_until" timestamptz not null,
      constraint "webhook_runner_pkey" primary key ("id")
    )`);
  }
}
