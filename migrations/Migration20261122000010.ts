import { Migration } from '@mikro-orm/migrations';

/** Answers to keyed calls are forgotten by their age, the oldest first. */
export class Migration20261122000010 extends Migration {
  override name = 'Migration20261122000010';

  override up(): void {
    this.addSql(`create index "keyed_call_created_at_index" on "keyed_call" ("created_at")`);
  }
}
