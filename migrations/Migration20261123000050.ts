import { Migration } from '@mikro-orm/migrations';

/**
 * How many ratings of a network spoke for a merchant on a day: free praise counts the less the more of it comes in a week. Ratings from
 * before are not counted: they stand as they were weighed, and a week later none of them would matter.
 */
export class Migration20261123000050 extends Migration {
  override name = 'Migration20261123000050';

  override up(): void {
    this.addSql(`alter table "day_tally" add "praises" int not null default 0`);
  }
}
