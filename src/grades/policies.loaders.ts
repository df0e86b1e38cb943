import type { Pool } from 'pg';
import type { Call } from '../access/call.ts';
import type { Reader } from '../db/tx.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { compilePolicy, type CompiledPolicy } from '../scoring/compiled.ts';
import { parsePolicy } from '../scoring/parse-policy.ts';
import { PolicyVersion } from './policy-version.ts';
import { activeHeaders, documentsOf, type PolicyHeader } from './policies.queries.ts';

/** The policy that applies where none is named. Every graded subject kind has one. */
export const DEFAULT_POLICY_KEY = 'default';

/** A version that is in force or will be, ready for use. */
export interface ActivePolicy extends PolicyHeader {
  readonly activeFrom: Date;
  readonly policy: CompiledPolicy;
}

/** A version that has been active never changes, so it is compiled once for each process. */
const compiled = new Map<string, CompiledPolicy>();

/** The policies under which standings are kept, as of this statement: for whoever writes standings. */
export async function activePolicies(db: Reader, now: number): Promise<readonly ActivePolicy[]> {
  const headers = await activeHeaders(db, now);
  const unknown = headers.filter(({ id }) => !compiled.has(id)).map(({ id }) => id);
  if (unknown.length > 0) {
    for (const { id, document } of await documentsOf(db, unknown))
      compiled.set(id, compilePolicy(parsePolicy(document)));
  }
  return headers.map((header) => ({ ...header, activeFrom: header.activeFrom!, policy: compiled.get(header.id)! }));
}

const FRESH_MS = 1000;
const lists = new WeakMap<Pool, { readonly at: number; readonly policies: Promise<readonly ActivePolicy[]> }>();

/** The same, at most a second old: for reads, which then cost no statement of their own. */
export function recentPolicies({ sql, db, now }: Pick<Call, 'sql' | 'db' | 'now'>): Promise<readonly ActivePolicy[]> {
  const known = lists.get(db.pool);
  if (known && Math.abs(now - known.at) < FRESH_MS) return known.policies;
  const policies = activePolicies(sql, now);
  lists.set(db.pool, { at: now, policies });
  const forget = () => void lists.delete(db.pool); // neither a failure nor an installation that is not set up yet is kept
  policies.then((found) => found.length === 0 && forget(), forget);
  return policies;
}

/** After a change of policies in this process, its next read sees it. */
export const forgetRecentPolicies = (pool: Pool): void => void lists.delete(pool);

/** The version of a policy that is in force at `now`; refused when there is none. */
export function policyInForce(
  policies: readonly ActivePolicy[],
  subjectKind: SubjectKind,
  key: string | null | undefined,
  now: number,
): ActivePolicy {
  const wanted = key ?? DEFAULT_POLICY_KEY;
  const found = findInForce(policies, subjectKind, wanted, now);
  if (found) return found;
  const message = `No policy ${JSON.stringify(wanted)} is in force for a ${subjectKind}.`;
  throw new Refusal('NOT_FOUND', 'POLICY_UNKNOWN', message, ['policy']);
}

/** As above, or undefined. Before the first version's time it is that version, so that there always is a default. */
export function findInForce(
  policies: readonly ActivePolicy[],
  subjectKind: SubjectKind,
  key: string,
  now: number,
): ActivePolicy | undefined {
  const versions = policies.filter((each) => each.subjectKind === subjectKind && each.key === key);
  return versions.findLast(({ activeFrom }) => activeFrom.getTime() <= now) ?? versions[0];
}

export interface PublishedPolicy {
  readonly key: string;
  readonly subjectKind: SubjectKind;
  readonly active: PolicyVersion | null;
  readonly versions: readonly PolicyVersion[];
  readonly document: unknown;
}

/** Every policy with its versions, oldest first; drafts are not among them. */
export async function publishedPolicies({ em, now }: Call, kind?: SubjectKind | null): Promise<PublishedPolicy[]> {
  const versions = await em.find(PolicyVersion, kind ? { subjectKind: kind } : {}, {
    orderBy: { subjectKind: 'asc', key: 'asc', version: 'asc' },
  });
  const byPolicy = Map.groupBy(versions, ({ subjectKind, key }) => `${subjectKind}/${key}`);
  return [...byPolicy.values()].map((ofPolicy) => {
    const active = ofPolicy.findLast((version) => isInForce(version, now)) ?? null;
    const { key, subjectKind, document } = active ?? ofPolicy.at(-1)!;
    return { key, subjectKind, active, versions: ofPolicy, document };
  });
}

const isInForce = ({ activeFrom, activeUntil }: PolicyVersion, now: number): boolean =>
  activeFrom != null && activeFrom.getTime() <= now && (activeUntil == null || activeUntil.getTime() > now);
