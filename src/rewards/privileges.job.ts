import type { Pool } from 'pg';
import { inTransaction, type Tx } from '../db/tx.ts';
import { builtFoldingsAt } from '../grades/foldings.ts';
import { keptAfter } from './privileges.ts';
import * as queries from './privileges.queries.ts';
import type { ChangedGrade, KeptRow, SweepRow } from './privileges.queries.ts';
import { rewardsInForce } from './rules.loaders.ts';
import { PAYEES, type Payee, type PrivilegeRule, type Rewards } from './rules.ts';

const EVERY_MS = 5_000;
const AT_ONCE = 1_000;
/** After so many pages the next run goes on. */
const PAGES_A_RUN = 50;
const DAY_MS = 86_400_000;
/** Transactions that note a change may end after later ones: so far back we look again. Longer ones are left to the sweep. */
const OVERLAP_MS = 60_000;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/**
 * The worker's: writes down since when somebody has a privilege, and until when it is left where it is gone. Soon after a grade changed,
 * and once a UTC day for all, since points and time change too. Who has what is told by grade and points at once, without it.
 */
export const movePrivileges = (pool: Pool, { atOnce = AT_ONCE }: { atOnce?: number } = {}) => ({
  name: 'keep since when privileges are held',
  everyMs: EVERY_MS,
  run: async (now: number): Promise<void> => {
    await followGrades(pool, now, atOnce);
    for (let page = 0; page < PAGES_A_RUN; page++)
      if (!(await inTransaction(pool, (tx) => sweepPage(tx, now, atOnce)))) break;
  },
});

const firstSweep = (now: number): SweepRow => ({
  gradesSeen: now - OVERLAP_MS,
  day: Math.floor(now / DAY_MS),
  subjectKind: 'MERCHANT',
  after: null,
  isDone: false,
});

async function followGrades(pool: Pool, now: number, atOnce: number): Promise<void> {
  let after: Pick<ChangedGrade, 'at' | 'id'> | null = null;
  for (let page = 0; page < PAGES_A_RUN; page++) {
    const last = await inTransaction(pool, async (tx): Promise<ChangedGrade | null> => {
      const sweep = await queries.lockPrivilegeSweep(tx, firstSweep(now));
      const from = after ?? { at: sweep.gradesSeen, id: NO_ID };
      const changed = await queries.gradesChangedAfter(tx, from, new Date(now), atOnce);
      const isLast = changed.length < atOnce;
      for (const kind of PAYEES) {
        const own = changed.filter(({ subjectKind }) => subjectKind === kind);
        await move(tx, now, kind, new Map(own.map(({ subjectId, at }) => [subjectId, at])));
      }
      const seen = isLast ? now - OVERLAP_MS : changed.at(-1)!.at - 1;
      await queries.savePrivilegeSweep(tx, { ...sweep, gradesSeen: Math.max(sweep.gradesSeen, seen) });
      return isLast ? null : changed.at(-1)!;
    });
    if (!last) return;
    after = last;
  }
}

/** False when there is nothing to do until tomorrow. */
async function sweepPage(tx: Tx, now: number, atOnce: number): Promise<boolean> {
  const known = await queries.lockPrivilegeSweep(tx, firstSweep(now));
  const day = Math.floor(now / DAY_MS);
  if (known.isDone && known.day >= day) return false;
  const sweep: SweepRow = known.isDone ? { ...known, day, subjectKind: 'MERCHANT', after: null, isDone: false } : known;
  const ids = await queries.nextHolders(tx, sweep.subjectKind, sweep.after ?? NO_ID, atOnce);
  await move(tx, now, sweep.subjectKind, new Map(ids.map((id) => [id, now])));
  const isEnd = ids.length < atOnce;
  const next: SweepRow = !isEnd
    ? { ...sweep, after: ids.at(-1)! }
    : sweep.subjectKind === 'MERCHANT'
      ? { ...sweep, subjectKind: 'BUYER', after: null }
      : { ...sweep, isDone: true };
  await queries.savePrivilegeSweep(tx, next);
  return true;
}

/** By the standing of now. `since`: for each the instant at which it changed. */
async function move(tx: Tx, now: number, kind: Payee, since: ReadonlyMap<string, number>): Promise<void> {
  if (since.size === 0) return;
  const { rewards } = await rewardsInForce(tx, now);
  const policyIds = (await builtFoldingsAt(now)(tx))
    .filter(({ isDefault, subjectKind }) => isDefault && subjectKind === kind)
    .map(({ policyId }) => policyId);
  const ids = [...since.keys()];
  const standings = await queries.standingsOf(tx, ids, policyIds, new Date(now));
  const kept = new Map((await queries.keptPrivileges(tx, ids)).map((row) => [`${row.subjectId} ${row.key}`, row]));
  const saved: KeptRow[] = [];
  for (const standing of standings)
    for (const rule of rulesFor(rewards, kind)) {
      const { subjectId } = standing;
      const place = `${subjectId} ${rule.key}`;
      const before = kept.get(place) ?? null;
      const after = keptAfter(rule, standing, before, since.get(subjectId)!);
      if (after) kept.delete(place);
      if (after && (after.since !== before?.since || after.until !== before.until))
        saved.push({ subjectId, key: rule.key, ...after });
    }
  if (saved.length > 0) await queries.savePrivileges(tx, saved);
  if (kept.size > 0) await queries.removePrivileges(tx, [...kept.values()]);
}

const rulesFor = ({ privileges }: Rewards, kind: Payee): readonly PrivilegeRule[] =>
  privileges.filter((rule) => rule.for.includes(kind));
