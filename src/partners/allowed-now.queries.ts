import type { Scope } from '../access/scopes.ts';
import type { Terms } from '../access/terms.ts';
import type { Reader } from '../db/tx.ts';

export interface AllowedRow {
  readonly partnerId: string;
  readonly scopes: readonly Scope[];
  readonly terms: Terms;
}

/** Of keys that are good still; a partner without any has no scope. */
export const allowedNow = (sql: Reader, partnerIds: readonly string[], now: Date): Promise<AllowedRow[]> =>
  sql.query(
    'partners.allowed-now',
    `select p.id as "partnerId",
            array(select distinct unnest(k.scopes) from api_key k where k.partner_id = p.id and k.revoked_at is null
                     and exists (select from api_key_secret s where s.api_key_id = k.id and s.expires_at > $2)) as scopes,
            jsonb_build_object('subjectKinds', p.subject_kinds, 'purposes', p.purposes, 'pullsPerDay', p.pulls_per_day,
                               'burst', p.burst) as terms
       from partner p where p.id = any($1)`,
    [partnerIds, now],
  );
