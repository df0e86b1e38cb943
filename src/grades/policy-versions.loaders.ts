import { groupLoader, loader } from '../access/loader.ts';
import type { Call } from '../access/call.ts';
import { Refusal } from '../kernel/refusal.ts';
import { policyChanges } from '../scoring/policy-diff.ts';
import { parseRules } from '../scoring/preset-rules.ts';
import { stepsOf, type Step } from './activation.queries.ts';
import type { InWords } from './backtest-report.ts';
import { PolicyVersion } from './policy-version.ts';

/** A version, if it may be seen. */
export const versionById = loader(
  ({ em }: Call, ids: readonly string[]) => em.find(PolicyVersion, { id: [...ids] }),
  ({ id }: PolicyVersion) => id,
);

export const stepsOfVersion = groupLoader(
  ({ sql }: Call, ids: readonly string[]): Promise<Step[]> => stepsOf(sql, ids),
  ({ policyId }: Step) => policyId,
);

/** In what a version differs from another of its policy: the one named, else the last before it that was in force, else the last. */
export async function changesOf(
  call: Call,
  id: string,
  since: number | null,
): Promise<readonly ({ path: string } & InWords)[]> {
  const version = (await versionById(call, id))!;
  const earlier = await earlierVersion(call, version, since);
  if (!earlier) return [];
  const changes = policyChanges(parseRules(earlier.document), parseRules(version.document));
  return changes.map(({ path, sentence }) => ({ path, en: sentence('en'), 'zh-CN': sentence('zh-CN') }));
}

async function earlierVersion(
  { em }: Call,
  { subjectKind, key, version }: PolicyVersion,
  since: number | null,
): Promise<PolicyVersion | null> {
  if (since !== null) {
    const found = await em.findOne(PolicyVersion, { subjectKind, key, version: since });
    if (found) return found;
    throw new Refusal('NOT_FOUND', 'POLICY_UNKNOWN', `There is no version ${since} of this policy.`, ['since']);
  }
  const before = { subjectKind, key, version: { $lt: version } };
  const orderBy = { version: 'desc' } as const;
  return (
    (await em.findOne(PolicyVersion, { ...before, activeFrom: { $ne: null } }, { orderBy })) ??
    (await em.findOne(PolicyVersion, before, { orderBy }))
  );
}
