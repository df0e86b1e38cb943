import { Migration } from '@mikro-orm/migrations';

/**
 * Why a grade is what it became, as the note of its change says: codes, the one that moves most first. They are read with their row and never
 * searched. Null for changes from before.
 */
export class Migration20261123000080 extends Migration {
  override name = 'Migration20261123000080';

  override up(): void {
    this.addSql(`alter table "grade_change" add "reasons" jsonb null`);
  }
}
