import { Migration } from '@mikro-orm/migrations';

/** Whoever sent events can see which of them wait, and which were rejected after that: lists by id, the last first. */
export class Migration20261123000070 extends Migration {
  override name = 'Migration20261123000070';

  override up(): void {
    this.addSql(`create index "pending_event_waiting_index" on "pending_event" ("id") where rejected_code is null`);
    this.addSql(
      `create index "pending_event_rejected_index" on "pending_event" ("id") where rejected_code is not null`,
    );
  }
}
