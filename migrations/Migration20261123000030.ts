import { Migration } from '@mikro-orm/migrations';

/**
 * What `gradeChanged` shows of a change beside level and score: `{exactScore, ratingAverage, ratingCount}` on either side. It is read with
 * its row and never searched. Null for changes from before.
 */
export class Migration20261123000030 extends Migration {
  override name = 'Migration20261123000030';

  override up(): void {
    this.addSql(`alter table "grade_change" add "shown_before" jsonb null, add "shown_after" jsonb null`);
  }
}
