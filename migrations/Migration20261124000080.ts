import { Migration } from '@mikro-orm/migrations';

/**
 * Whoever has exports finds them by a list. The marketplace's own endpoints are told the reasons of a grade that changed, which partners
 * are not: so such a message has two bodies. And a key of the marketplace reads what only the house may see by a scope of its own: one that was
 * made to send events is not to read about people. Keys that are there already could, and go on as they did.
 */
export class Migration20261124000080 extends Migration {
  override name = 'Migration20261124000080';

  override up(): void {
    this.addSql(`create index "bulk_export_owner_index" on "bulk_export" ("owner", "id")`);
    this.addSql(`alter table "webhook_message" add column "house_body" text null`);
    this.addSql(`update "api_key" set "scopes" = "scopes" || '{house:read}'::text[] where "role" = 'PLATFORM'`);
  }
}
