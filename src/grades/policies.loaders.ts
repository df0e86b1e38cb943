import type { Pool } from 'pg';
import type { Call } from '../access/call.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { isStorable } from '../kernel/text.ts';
import { compilePolicy, type CompiledPolicy } from '../scoring/compiled.ts';
import type { PresetPolicy } from '../scoring/preset-policy.ts';
import { isPreset, parseRules } from '../scoring/preset-rules.ts';
import { PolicyVersion, stateAt } from './policy-version.ts';
import {
  documentsOf,
  foldedHeaders,
  headerById,
  keptHeaders,
  pastHeader,
  type PolicyHeader,
} from './policies.queries.ts';

/** The policy that applies where none is named. Every graded subject kind has one. */
export const DEFAULT_POLICY_KEY = 'default';

/** A version under which standings are kept, ready for use: in force, announced, in the shadow, or being built. */
export interface ActivePolicy extends PolicyHeader {
  readonly policy: CompiledPolicy;
}

/** A platform's published rules in force. They keep no standings. */
export interface ActivePreset extends PolicyHeader {
  readonly preset: PresetPolicy;
}

export interface ActiveRules {
  readonly policies: readonly ActivePolicy[];
  readonly presets: readonly ActivePreset[];
}

/** A version's document never changes, so it is made ready once for each process. */
const ready = new Map<string, CompiledPolicy | PresetPolicy>();

/** The rules that are in force, announced or in the shadow, as of this statement. */
export const activeRules = async (db: Reader, now: number): Promise<ActiveRules> =>
  readyRules(db, await keptHeaders(db, now));

/** Of them those under which every subject has a standing. */
export const activePolicies = async (db: Reader, now: number): Promise<readonly ActivePolicy[]> =>
  (await activeRules(db, now)).policies;

/** The same, and those that are being built: for whoever writes standings. */
export const foldedPolicies = async (tx: Tx, now: number): Promise<readonly ActivePolicy[]> =>
  (await readyRules(tx, await foldedHeaders(tx, now))).policies;

/** Any versions, drafts too, ready for use. */
export async function readyRules(db: Reader, headers: readonly PolicyHeader[]): Promise<ActiveRules> {
  const unknown = headers.filter(({ id }) => !ready.has(id)).map(({ id }) => id);
  for (const { id, document } of unknown.length === 0 ? [] : await documentsOf(db, unknown)) {
    const rules = parseRules(document);
    ready.set(id, isPreset(rules) ? rules : compilePolicy(rules));
  }
  const policies: ActivePolicy[] = [];
  const presets: ActivePreset[] = [];
  for (const header of headers) {
    const rules = ready.get(header.id)!;
    if ('method' in rules) presets.push({ ...header, preset: rules });
    else policies.push({ ...header, policy: rules });
  }
  return { policies, presets };
}

/** A version of the house by its id, whatever became of it: for work that was begun under it. */
export const policyById = async (db: Reader, id: string): Promise<ActivePolicy | null> =>
  (await readyRules(db, await headerById(db, id))).policies[0] ?? null;

const FRESH_MS = 1000;
const lists = new WeakMap<Pool, { readonly at: number; readonly rules: Promise<ActiveRules>; known?: ActiveRules }>();

/** The same, at most a second old: for reads, which then cost no statement of their own. */
export const recentPolicies = async (call: Pick<Call, 'sql' | 'db' | 'now'>): Promise<readonly ActivePolicy[]> =>
  (await recentRules(call)).policies;

/** The same with the presets. */
export function recentRules({ sql, db, now }: Pick<Call, 'sql' | 'db' | 'now'>): Awaitable<ActiveRules> {
  const known = lists.get(db.pool);
  if (known && Math.abs(now - known.at) < FRESH_MS) return known.known ?? known.rules;
  const rules = activeRules(sql, now);
  const list: { readonly at: number; readonly rules: Promise<ActiveRules>; known?: ActiveRules } = { at: now, rules };
  lists.set(db.pool, list);
  const forget = () => void lists.delete(db.pool); // neither a failure nor an installation that is not set up yet is kept
  rules.then((found) => (found.policies.length === 0 ? forget() : (list.known = found)), forget);
  return rules;
}

/** After a change of policies in this process, its next read sees it. */
export const forgetRecentPolicies = (pool: Pool): void => void lists.delete(pool);

/** The version of a policy that is in force at `now`; refused when there is none. */
export function policyInForce(
  policies: readonly ActivePolicy[],
  subjectKind: SubjectKind,
  key: string | null,
  now: number,
): ActivePolicy {
  const found = findInForce(policies, subjectKind, key ?? DEFAULT_POLICY_KEY, now);
  if (found) return found;
  throw policyUnknown(subjectKind, key);
}

export const policyUnknown = (subjectKind: SubjectKind, name: string | null | undefined): Refusal =>
  new Refusal(
    'NOT_FOUND',
    'POLICY_UNKNOWN',
    `No policy ${JSON.stringify(name ?? DEFAULT_POLICY_KEY)} is or was in force for a ${subjectKind}: see the query \`policies\`.`,
    ['policy'],
  );

/**
 * The version of a policy that is in force at `now`, or the one that is named as KEY@VERSION, if standings are kept under it. What runs
 * in the shadow is for those alone who may know of it.
 */
export function keptPolicy(
  policies: readonly ActivePolicy[],
  subjectKind: SubjectKind,
  name: string | null | undefined,
  now: number,
  seesShadows: boolean,
): ActivePolicy | undefined {
  const named = name == null ? null : versionNamed(name);
  if (!named) return findInForce(policies, subjectKind, name ?? DEFAULT_POLICY_KEY, now);
  return policies.find(
    (each) =>
      each.subjectKind === subjectKind &&
      each.key === named.key &&
      each.version === named.version &&
      (seesShadows || each.activeFrom !== null),
  );
}

/** KEY@VERSION; null for the name of a policy as such. */
function versionNamed(name: string): { readonly key: string; readonly version: number } | null {
  const [, key, version] = /^(.*)@(\d{1,9})$/s.exec(name) ?? [];
  return key === undefined ? null : { key, version: Number(version) };
}

/**
 * A version that is named as KEY@VERSION and was in force once; null for any other name. No standings are kept under it any more: what
 * it says, it says from the ledger.
 */
export async function retiredPolicy(
  { sql, now }: Pick<Call, 'sql' | 'now'>,
  subjectKind: SubjectKind,
  name: string | null | undefined,
): Promise<ActivePolicy | null> {
  const named = name == null ? null : versionNamed(name);
  if (!named || !isStorable(named.key)) return null;
  const headers = await pastHeader(sql, subjectKind, named.key, named.version, now);
  return (await readyRules(sql, headers)).policies[0] ?? null;
}

/** The version in force, or undefined. Before the first version's time it is that version, so that there always is a default. */
export function findInForce<Version extends PolicyHeader>(
  policies: readonly Version[],
  subjectKind: SubjectKind,
  key: string,
  now: number,
): Version | undefined {
  const versions = versionsOf(policies, subjectKind, key);
  if (versions.length === 1 && versions[0]!.activeUntil === null) return versions[0];
  const unended = versions.filter(({ activeUntil }) => activeUntil === null || activeUntil.getTime() > now);
  return unended.findLast(({ activeFrom }) => activeFrom!.getTime() <= now) ?? unended[0];
}

const sorted = new WeakMap<readonly PolicyHeader[], Map<SubjectKind, Map<string, readonly PolicyHeader[]>>>();

/** The versions of a policy that are or will be in force, oldest first. Every grade asks, so it is worked out once for each list. */
function versionsOf<Version extends PolicyHeader>(
  policies: readonly Version[],
  subjectKind: SubjectKind,
  key: string,
): readonly Version[] {
  let ofKinds = sorted.get(policies);
  if (!ofKinds) sorted.set(policies, (ofKinds = new Map()));
  let known = ofKinds.get(subjectKind);
  if (!known) ofKinds.set(subjectKind, (known = new Map()));
  let versions = known.get(key) as readonly Version[] | undefined;
  if (!versions) {
    versions = policies
      .filter((each) => each.subjectKind === subjectKind && each.key === key && each.activeFrom !== null)
      .toSorted((a, b) => a.activeFrom!.getTime() - b.activeFrom!.getTime());
    known.set(key, versions);
  }
  return versions;
}

export interface PublishedPolicy {
  readonly key: string;
  readonly subjectKind: SubjectKind;
  readonly active: PolicyVersion | null;
  readonly versions: readonly PolicyVersion[];
  readonly document: unknown;
}

/** Every policy with its versions, oldest first; drafts are among them for staff only. */
export async function publishedPolicies({ em, now }: Call, kind?: SubjectKind | null): Promise<PublishedPolicy[]> {
  const versions = await em.find(PolicyVersion, kind ? { subjectKind: kind } : {}, {
    orderBy: { subjectKind: 'asc', key: 'asc', version: 'asc' },
  });
  const byPolicy = Map.groupBy(versions, ({ subjectKind, key }) => `${subjectKind}/${key}`);
  return [...byPolicy.values()].map((ofPolicy) => {
    const active = ofPolicy.findLast((version) => isInForce(version, now)) ?? null;
    const announced = ofPolicy.findLast(({ activeFrom }) => activeFrom !== null);
    const { key, subjectKind, document } = active ?? announced ?? ofPolicy.at(-1)!;
    return { key, subjectKind, active, versions: ofPolicy, document };
  });
}

const isInForce = (version: PolicyVersion, now: number): boolean => stateAt(version, now) === 'IN_FORCE';
