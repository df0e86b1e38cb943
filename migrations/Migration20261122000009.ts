import { Migration } from '@mikro-orm/migrations';

/**
 * What a storefront shows is read without arrays: Postgres takes three times as long to write those out as to find the rows. A score's
 * totals stand beside the accumulators that they are made of; how many reviews count, beside how many there are of each number of stars.
 *
 * Standings of before have no totals until they are next written: they are read whole.
 */
export class Migration20261122000009 extends Migration {
  override name = 'Migration20261122000009';

  override up(): void {
    this.addSql(`alter table "standing" add column "good" double precision null`);
    this.addSql(`alter table "standing" add column "bad" double precision null`);
    this.addSql(`alter table "standing" add column "deals" int null`);
    this.addSql(`alter table "tally" add column "reviews" int not null
      generated always as (stars[1] + stars[2] + stars[3] + stars[4] + stars[5]) stored`);
  }
}
