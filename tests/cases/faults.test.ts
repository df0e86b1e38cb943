import { once } from 'node:events';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueToken, parseSubject } from '../../src/access/tokens.ts';
import { settleRewards } from '../../src/rewards/settle.job.ts';
import { eventually } from '../kit/eventually.ts';
import { expectSound } from '../intake/ingest-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { takeEvents } from '../kit/events.ts';
import { INSTALLATION, killPrograms, startProgram, type Program } from '../kit/program.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import { ALICE, BOB, buyer, casesOn, fakeIds, fakes, honestOrders, rowsOf } from './kit.ts';

const db = aDatabase();
const api = anApi(db);
const cases = casesOn(api, db);

/** Two of them: each is killed once. */
let programs: readonly Program[];
let blocker: pg.Client;
beforeAll(async () => {
  await takeEvents(db, [...honestOrders('m-1'), ...fakes('m-1', 5)]);
  await settleRewards(db.pool).run(Date.now()); // so that the programs find nothing to book
  programs = [0, 1].map(() => startProgram({ DATABASE_URL: db.url }));
  await Promise.all(programs.map((program) => program.listening()));
  blocker = new pg.Client({ connectionString: db.url });
  await blocker.connect();
}, 60_000);
afterAll(async () => {
  killPrograms();
  await blocker.end();
});

const QUERIES = {
  penalizeFakeReviews:
    'mutation ($input: PenalizeFakeReviewsInput!) { penalizeFakeReviews(input: $input) { userErrors { code } } }',
  decideAppeal: 'mutation ($input: DecideAppealInput!) { decideAppeal(input: $input) { userErrors { code } } }',
};

/** Sends to the program and kills it while the transaction waits with nearly all of its work done. */
async function killedIn(program: Program, mutation: keyof typeof QUERIES, name: string, input: object): Promise<void> {
  const secret = Buffer.from(INSTALLATION.CREDENCE_TOKEN_SECRET, 'base64url');
  const subject = parseSubject(`merchant:${name}`);
  const token = await issueToken(secret, { role: 'MODERATOR', subject, ttlSeconds: 600 }, Date.now());
  await blocker.query('begin; update review_mean set count = count'); // what a transaction moves last
  const answer = fetch(`${await program.listening()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: QUERIES[mutation], variables: { input } }),
  }).catch(() => null);
  await eventually(async () => {
    const { rows } = await db.pool.query(
      `select from pg_stat_activity where wait_event_type = 'Lock' and query like 'update review_mean%'`,
    );
    return rows.length === 1;
  });
  program.child.kill('SIGKILL');
  await once(program.child, 'close');
  expect(await answer).toBeNull();
  await blocker.query('rollback');
  await eventually(async () => {
    const { rows } = await db.pool.query(
      `select from pg_stat_activity where query like 'update review_mean%' and state <> 'idle' and pid <> pg_backend_pid()`,
    );
    return rows.length === 0;
  });
}

describe('a server killed in the middle', { timeout: 30_000 }, () => {
  /** Without what their workers write down and take away again. */
  const state = async () => {
    const rows = Object.entries(await rowsOf(db)).filter(
      ([table]) => !/^(changed_fact|privilege|grade_sweep|grade_change)/.test(table),
    );
    return { state: await wholeStateOf(db), rows: Object.fromEntries(rows) };
  };

  it('of a penalty leaves nothing of it; sent again under its key it is done once', async () => {
    const before = await state();
    const reviewIds = await cases.reviewIds(fakeIds('m-1', 3));
    const input = {
      reviewIds,
      ground: 'FAKE_PURCHASED',
      note: 'Paid.',
      deductPoints: 5,
      idempotencyKey: 'killed-penalty',
    };
    await killedIn(programs[0]!, 'penalizeFakeReviews', 'alice', input);
    expect(await state()).toEqual(before);

    const first = await cases.send('penalizeFakeReviews', input, ALICE);
    expect(first).toMatchObject({ userErrors: [], receipt: { pointsMoved: 15 } });
    const done = await state();
    expect(await cases.send('penalizeFakeReviews', input, ALICE)).toEqual(first);
    expect(await state()).toEqual(done);
    await expectSound(db, Date.now());
  });

  it('of an appeal leaves nothing of it; sent again under its key it is done once', async () => {
    const [reviewId] = await cases.reviewIds(fakeIds('m-1', 1));
    const { appeal } = await cases.file(reviewId!, buyer('b-m-1-0'));
    const before = await state();
    const input = { appealId: appeal.id, outcome: 'OVERTURNED', note: 'It was real.', idempotencyKey: 'killed-appeal' };
    await killedIn(programs[1]!, 'decideAppeal', 'bob', input);
    expect(await state()).toEqual(before);

    const first = await cases.send('decideAppeal', input, BOB);
    expect(first).toMatchObject({ userErrors: [], appeal: { status: 'OVERTURNED' }, receipt: { pointsMoved: 5 } });
    const done = await state();
    expect(await cases.send('decideAppeal', input, BOB)).toEqual(first);
    expect(await state()).toEqual(done);
    await expectSound(db, Date.now());
  });
});
