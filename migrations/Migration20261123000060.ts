import { Migration } from '@mikro-orm/migrations';

/**
 * A report of a review is answered: what those who judge found, for whoever told them. The index is for their queue, the oldest first.
 */
export class Migration20261123000060 extends Migration {
  override name = 'Migration20261123000060';

  override up(): void {
    this.addSql(`alter table "review_report" add "answer" text, add "answered_by" text, add "answered_at" timestamptz`);
    this.addSql(
      `create index "review_report_open" on "review_report" ("reported_at", "id") where "answered_at" is null`,
    );
  }
}
