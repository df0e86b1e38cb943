import { Migration } from '@mikro-orm/migrations';

/**
 * Spending points and passing consents on ask for scopes of their own: a key that was made to send events is not to do either. Keys that are
 * there already could, and go on as they did: whoever wants less makes another. (Inspections and qualifications ask for `events:write`.) And
 * a partner may be left without any purpose, by which it is let go: keys can be revoked, but tokens in its name come from elsewhere.
 */
export class Migration20261123000095 extends Migration {
  override name = 'Migration20261123000095';

  override up(): void {
    this.addSql(
      `update "api_key" set "scopes" = "scopes" || '{points:write,consents:write}'::text[] where "role" = 'PLATFORM'`,
    );
    this.addSql(`alter table "partner" drop constraint "partner_purposes_check"`);
  }
}
