import type { Pool } from 'pg';
import { isLockTimeout } from '../db/failures.ts';
import { inTransaction, reader, type Tx } from '../db/tx.ts';
import { buildStandings } from '../evidence/build.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import * as queries from './activation.queries.ts';
import type { CandidateRow } from './activation.queries.ts';
import { forgetRecentPolicies, readyRules } from './policies.loaders.ts';

const EVERY_MS = 2_000;

/** The worker's: builds what has been approved, and brings it into force. */
export const buildPolicies = (pool: Pool, clock: () => number) => ({
  name: 'build the standings of approved policies',
  everyMs: EVERY_MS,
  run: async (): Promise<void> => {
    for (const { id } of await queries.toBeBuilt(reader(pool))) await buildPolicy(pool, id, clock);
  },
});

/**
 * Builds a version's standings, page by page, and brings it into force when they are there: while the version that it replaces
 * serves on. Anyone may go on where another stopped. True when nothing is left to do; false when `isEnough` said to stop, or when
 * transactions that began before would not end.
 */
export async function buildPolicy(
  pool: Pool,
  id: string,
  clock: () => number,
  { isEnough = () => false, atOnce }: { isEnough?: () => boolean; atOnce?: number } = {},
): Promise<boolean> {
  const wanted = (await queries.toBeBuilt(reader(pool))).find((each) => each.id === id);
  if (!wanted) return true;
  if (wanted.state === 'APPROVED' && !(await startBuilding(pool, id))) return false;
  for (;;) {
    if (isEnough()) return false;
    const isDone = await inTransaction(pool, (tx) => buildPage(tx, wanted, id, clock(), atOnce));
    if (isDone) break;
  }
  forgetRecentPolicies(pool);
  return true;
}

/** From here on, whoever writes standings knows of the version; see `foldedHeaders`. */
async function startBuilding(pool: Pool, id: string): Promise<boolean> {
  try {
    await inTransaction(pool, async (tx) => {
      await queries.waitForWriters(tx);
      await queries.setBuilding(tx, id);
    });
    return true;
  } catch (error) {
    if (isLockTimeout(error)) return false; // they are long at work: the next run tries again
    throw error;
  }
}

async function buildPage(
  tx: Tx,
  { subjectKind, key }: { subjectKind: SubjectKind; key: string },
  id: string,
  now: number,
  atOnce: number | undefined,
): Promise<boolean> {
  const versions = await queries.lockVersions(tx, subjectKind, key);
  const target = versions.find((each) => each.id === id)!;
  if (target.state !== 'BUILDING') return true; // taken back meanwhile, or done by somebody else
  const { policies } = await readyRules(tx, [target]);
  const [version] = policies; // a platform's published rules keep no standings: there is nothing to build
  const last = version && (await buildStandings(tx, { ...version, policyId: id }, target.builtTo, now, atOnce));
  if (last) {
    await queries.moveBuiltTo(tx, id, last);
    return false;
  }
  await finish(tx, versions, target, now);
  return true;
}

async function finish(tx: Tx, versions: readonly CandidateRow[], target: CandidateRow, now: number): Promise<void> {
  await queries.setBuilt(tx, target.id);
  const note = 'Every subject has its standing.';
  await queries.addStep(tx, { ...stepBase(target, now), kind: 'BUILT', actor: 'HOUSE', note, activeFrom: null });
  if (!target.isShadow) await bringIntoForce(tx, versions, target, now);
}

/** The switch: from one instant on the one version, until then the other, in one transaction. */
export async function bringIntoForce(
  tx: Tx,
  versions: readonly CandidateRow[],
  target: CandidateRow,
  now: number,
): Promise<void> {
  const from = new Date(Math.max(now, target.plannedFrom?.getTime() ?? now));
  const replaced = versions.find((each) => each.activeFrom && !each.activeUntil && each.id !== target.id);
  if (replaced) await queries.setEnd(tx, replaced.id, from);
  await queries.bringIn(tx, target.id, from);
  const note = replaced ? `In the place of version ${replaced.version}.` : 'The first of its name.';
  await queries.addStep(tx, { ...stepBase(target, now), kind: 'BROUGHT_IN', actor: 'HOUSE', note, activeFrom: from });
}

export const stepBase = ({ id }: Pick<CandidateRow, 'id'>, now: number) => ({ policyId: id, at: new Date(now) });
