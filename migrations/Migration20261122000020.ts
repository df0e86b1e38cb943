import { Migration } from '@mikro-orm/migrations';

/**
 * How much each caller may still ask for, shared by all processes: a bucket of points that refills by itself, as one number, the instant
 * (ms since 1970) at which it will be full again.
 *
 * Unlogged, because it is written often and worth nothing after a crash: then every bucket is full.
 */
export class Migration20261122000020 extends Migration {
  override name = 'Migration20261122000020';

  override up(): void {
    this.addSql(`create unlogged table "caller_budget" (
      "caller" text not null,
      "full_at" float8 not null,
      constraint "caller_budget_pkey" primary key ("caller")
    ) with (fillfactor = 50)`);
  }
}
