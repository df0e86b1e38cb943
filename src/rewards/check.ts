import type { Pool } from 'pg';
import { inTransaction, type Tx } from '../db/tx.ts';
import { booksWithoutGrant, grantsUnlikeBooks, nextGrants, type GrantPlace } from './check.queries.ts';
import { factsAt } from './facts.ts';
import { grantsOf } from './grants.queries.ts';
import { ruleBook } from './rules.loaders.ts';
import { turned } from './settle.commands.ts';

export interface RewardsReport {
  readonly grants: number;
  /** A line each, at most `MOST_SHOWN` of each sort. */
  readonly differences: readonly string[];
}

const MOST_SHOWN = 100;
const AT_ONCE = 1_000;
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Compares every grant with the books of points, and with what its fact says now. Facts of which there is word that is not settled yet
 * are passed over: the worker will come to them.
 */
export function checkRewards(pool: Pool, now: number): Promise<RewardsReport> {
  return inTransaction(pool, async (tx) => {
    await tx.query('', 'set transaction isolation level repeatable read, read only');
    const unlike = await grantsUnlikeBooks(tx, MOST_SHOWN);
    const stray = await booksWithoutGrant(tx, MOST_SHOWN);
    const { grants, wrong } = await compareWithFacts(tx, now);
    return {
      grants,
      differences: [
        ...unlike.map((each) => `${nameOf(each)} is of ${each.kept} points, the books say ${each.booked ?? 'nothing'}`),
        ...stray.map(({ subjectId, id }) => `the transfer ${id} of ${subjectId} is no grant's`),
        ...wrong.map((each) => `${nameOf(each)} is not what its fact says`),
      ],
    };
  });
}

const nameOf = ({ subjectId, factId, rule }: GrantPlace): string =>
  `the grant of ${subjectId} for ${factId} by ${rule}`;

async function compareWithFacts(tx: Tx, now: number): Promise<{ grants: number; wrong: GrantPlace[] }> {
  const rules = await ruleBook(tx, now);
  const wrong: GrantPlace[] = [];
  let after: GrantPlace = { subjectId: NOBODY, factId: NOBODY, rule: '' };
  for (let grants = 0; ;) {
    const page = await nextGrants(tx, after, AT_ONCE);
    grants += page.length;
    const settled = page.filter(({ waits }) => !waits);
    const facts = await factsAt(tx, now, [...new Map(settled.map((each) => [each.id, each])).values()]);
    const keys = settled.map(({ subjectId, id }) => ({ subjectId, factId: id }));
    const own = new Set(settled.map(({ subjectId, id, rule }) => `${subjectId} ${id} ${rule}`));
    const found =
      keys.length > 0
        ? await grantsOf(tx, [...new Map(keys.map((key) => [`${key.subjectId} ${key.factId}`, key])).values()])
        : [];
    const here = found.filter(({ subjectId, factId, rule }) => own.has(`${subjectId} ${factId} ${rule}`));
    if (wrong.length < MOST_SHOWN) wrong.push(...(await turned(tx, here, facts, rules)));
    if (page.length < AT_ONCE) return { grants, wrong: wrong.slice(0, MOST_SHOWN) };
    const last = page.at(-1)!;
    after = { subjectId: last.subjectId, factId: last.id, rule: last.rule };
  }
}
