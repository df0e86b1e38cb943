import { Migration } from '@mikro-orm/migrations';

/**
 * Of which subjects a transaction changed what storefronts are shown: a row for each such transaction, under its own number, so that whoever
 * remembers subjects can ask which of them have moved between two snapshots. Kept for an hour.
 */
export class Migration20261123000010 extends Migration {
  override name = 'Migration20261123000010';

  override up(): void {
    this.addSql(`create table "move" (
      "xid" xid8 not null default pg_current_xact_id(),
      "recorded_at" timestamptz not null default clock_timestamp(),
      "subject_ids" uuid[],
      constraint "move_pkey" primary key ("xid")
    )`);
    this.addSql(`create index "move_recorded_at" on "move" using brin ("recorded_at")`);
  }
}
