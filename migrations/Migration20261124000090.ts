import { Migration } from '@mikro-orm/migrations';

/**
 * Orders that a merchant placed with itself stop counting, as fake reviews do. `order_void`: each ground on which an order did not count,
 * one of them in force at most; rows stay. `penalty.orders`: how many a decision is about, with the reviews of these or without any.
 * An appeal may be about one order, or about all that a decision voided of a merchant's.
 */
export class Migration20261124000090 extends Migration {
  override name = 'Migration20261124000090';

  override up(): void {
    this.addSql(`create table "order_void" (
      "merchant_id" uuid not null,
      "order_id" uuid not null,
      "receipt_id" uuid not null,
      "ground" text not null,
      "statement" text not null,
      "is_detected" boolean not null,
      "voided_by" text not null,
      "voided_at" timestamptz not null,
      "lifted_by" text null,
      "lifted_at" timestamptz null,
      "lift_receipt_id" uuid null,
      constraint "order_void_pkey" primary key ("merchant_id", "order_id", "receipt_id"),
      constraint "order_void_lift" check (("lifted_at" is null) = ("lifted_by" is null) and ("lifted_at" is null) = ("lift_receipt_id" is null))
    )`);
    this.addSql(
      `create unique index "order_void_in_force" on "order_void" ("merchant_id", "order_id") where "lifted_at" is null`,
    );
    // From a decision to its orders, and from days to numbers for the public.
    this.addSql(`create index "order_void_receipt_index" on "order_void" ("receipt_id")`);
    this.addSql(`create index "order_void_time_index" on "order_void" ("voided_at")`);
    this.addSql(`alter table "penalty" add "orders" int not null default 0 check (orders >= 0),
      drop constraint "penalty_reviews_check",
      add constraint "penalty_reviews_check" check (reviews >= 0 and reviews + orders >= 1)`);
    this.addSql(`alter table "appeal" drop constraint "appeal_about_check",
      add constraint "appeal_about_check" check (about in ('REVIEW', 'ORDER', 'DECISION', 'SANCTION'))`);
  }
}
