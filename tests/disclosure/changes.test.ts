import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { leaveNotes } from '../../src/db/notes.ts';
import { inTransaction, reader, type Tx } from '../../src/db/tx.ts';
import { forgetChanges, KEPT_DAYS } from '../../src/disclosure/changes.job.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { activePolicies } from '../../src/grades/policies.loaders.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { orders, take } from '../grades/fixtures.ts';
import { someMerchants, type AMerchant } from './kit.ts';

const db = aDatabase({ poolSize: 20 });
const api = anApi(db, { clock: () => NOW });
const DAY_MS = 86_400_000;

const CHANGES = `query ($after: String, $first: Int) { gradeChanges(after: $after, first: $first) {
  nodes { subjectKind subject { externalId } before { level score } after { level score } cause at policy { key version } }
  pageInfo { hasNextPage endCursor } } }`;

const changesFor = async (asker: Asker, after: string | null = null, first = 100) => {
  const { data, errors } = await api.ask(asker, CHANGES, { after, first });
  return errors ? { code: errors[0]!.extensions['code'] } : data.gradeChanges;
};

/** All that there is, page by page. */
async function followed(asker: Asker, first: number, after: string | null = null) {
  const nodes = [];
  for (;;) {
    const page = await changesFor(asker, after, first);
    nodes.push(...page.nodes);
    after = page.pageInfo.endCursor ?? after;
    if (!page.pageInfo.hasNextPage) return { nodes, after };
  }
}

/** A change as a room below leaves it, of a subject whose row is locked, as its tally is. */
async function change(tx: Tx, { id }: AMerchant, score: number, policyId: string, now = NOW, subjectKind = 'MERCHANT') {
  await tx.query('', 'select from merchant where id = $1 for update', [id]);
  const step = (of: number) => ({ level: 'A', score: of });
  const payload = { subjectKind, subjectId: id, policyId, before: step(score - 1), after: step(score), cause: 'FACTS' };
  await leaveNotes(tx, now, [{ subjectId: id, kind: 'grade.changed', payload }]);
}

let policyId: string;
beforeEach(async () => {
  await emptied(db);
  await ensureDefaultPolicies(reader(db.pool), NOW);
  policyId = (await activePolicies(reader(db.pool), NOW)).find(({ subjectKind }) => subjectKind === 'MERCHANT')!.id;
});

describe('changes of grades', () => {
  it('are told in their order, page by page, and each once', async () => {
    await take(db, orders('one', 20));
    await take(db, orders('two', 20));
    await take(db, orders('three', 20));
    const { nodes, after } = await followed('PARTNER', 2);

    expect(nodes.map(({ subject }) => subject.externalId)).toEqual(['one', 'two', 'three']);
    expect(nodes[0]).toMatchObject({
      subjectKind: 'MERCHANT',
      before: { level: 'NOT_RATED', score: null },
      after: { level: expect.any(String), score: expect.any(Number) },
      cause: 'FACTS',
      at: new Date(NOW).toISOString(),
      policy: { key: 'default', version: 1 },
    });
    const why =
      '{ gradeChanges(first: 1) { nodes { subject { ... on Merchant { grade { reasons { code } } } } reasons } } }';
    const [told] = (await api.ask('PLATFORM', why)).data.gradeChanges.nodes;
    expect(told.reasons).toEqual(told.subject.grade.reasons.map(({ code }: { code: string }) => code));
    expect(told.reasons).toContain('ORDER_DELIVERED');
    expect((await api.ask('PARTNER', '{ gradeChanges { nodes { reasons } } }')).errors?.[0]?.extensions['code']).toBe(
      'FORBIDDEN',
    );
    expect(await changesFor('PARTNER', after)).toMatchObject({
      nodes: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
    await take(db, orders('four', 20));
    expect((await changesFor('PARTNER', after)).nodes.map(({ subject }: never) => subject)).toEqual([
      { externalId: 'four' },
    ]);
  });

  it('of buyers are for the house, and for partners with consent', async () => {
    const [buyer, merchant] = await someMerchants(db, 2);
    await inTransaction(db.pool, (tx) => change(tx, buyer!, 1, policyId, NOW, 'BUYER'));
    await inTransaction(db.pool, (tx) => change(tx, merchant!, 1, policyId));
    const ofHouse = (await followed('PLATFORM', 100)).nodes.map(({ subjectKind }) => subjectKind);

    expect(ofHouse).toEqual(['BUYER', 'MERCHANT']);
    expect((await followed('PARTNER', 100)).nodes.map(({ subjectKind }) => subjectKind)).toEqual(['MERCHANT']);
  });

  it('are not for shoppers, merchants and buyers', async () => {
    expect(await changesFor(null)).toEqual({ code: 'UNAUTHENTICATED' });
    expect(await changesFor(['MERCHANT', 'merchant:m'])).toEqual({ code: 'FORBIDDEN' });
    expect(await changesFor(['BUYER', 'buyer:b'])).toEqual({ code: 'FORBIDDEN' });
  });

  it.each([
    ['of another caller', Buffer.from(JSON.stringify([1, 'somebody'])).toString('base64url'), 'CURSOR_OF_ANOTHER'],
    ['that is none', 'nonsense', 'CURSOR_INVALID'],
    ['of another list', Buffer.from(JSON.stringify(['a', 'b'])).toString('base64url'), 'CURSOR_INVALID'],
    ['below all', Buffer.from(JSON.stringify([-1, 'x'])).toString('base64url'), 'CURSOR_INVALID'],
    ['between two', Buffer.from(JSON.stringify([0.5, 'x'])).toString('base64url'), 'CURSOR_INVALID'],
  ])('are refused after a cursor %s', async (_, cursor, code) => {
    expect(await changesFor('PARTNER', cursor)).toEqual({ code });
  });

  it('are refused after a cursor that another role was given, and beyond the end', async () => {
    const [merchant] = await someMerchants(db, 1);
    await inTransaction(db.pool, (tx) => change(tx, merchant!, 1, policyId));
    const { after } = await followed('PLATFORM', 10);

    expect(await changesFor('PARTNER', after)).toEqual({ code: 'CURSOR_OF_ANOTHER' });
    await emptied(db);
    expect(await changesFor('PLATFORM', after)).toEqual({ code: 'CURSOR_INVALID' });
  });

  it('are forgotten after 90 days, which whoever stands before them is told', async () => {
    const [merchant] = await someMerchants(db, 1);
    const tell = (score: number, at: number) =>
      inTransaction(db.pool, (tx) => change(tx, merchant!, score, policyId, at));
    await tell(1, NOW - (KEPT_DAYS + 2) * DAY_MS);
    const { after: early } = await followed('PLATFORM', 1);
    await tell(2, NOW - (KEPT_DAYS + 1) * DAY_MS);
    const { after: late } = await followed('PLATFORM', 10, early);
    await tell(3, NOW - DAY_MS);
    await changesFor('PLATFORM');
    await forgetChanges(db.pool).run(NOW);

    expect(await changesFor('PLATFORM', early)).toEqual({ code: 'CURSOR_EXPIRED' });
    expect((await followed('PLATFORM', 10, late)).nodes).toMatchObject([{ after: { score: 3 } }]);
    expect((await followed('PLATFORM', 10)).nodes).toMatchObject([{ after: { score: 3 } }]);
  });
});

/** Some writers at once; each changes one or two subjects after another, and takes its time, or thinks better of it. */
const aWriter = fc.record({
  subjects: fc.uniqueArray(fc.nat({ max: 3 }), { minLength: 1, maxLength: 2 }),
  startsAfter: fc.nat({ max: 30 }),
  takes: fc.nat({ max: 25 }),
  isUndone: fc.boolean(),
});

describe('a reader that follows all the time', () => {
  let merchants: readonly AMerchant[];
  beforeEach(async () => {
    merchants = await someMerchants(db, 4);
  });

  it('sees each change that was committed once, in the order of its subject, whoever writes at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aWriter, { minLength: 2, maxLength: 14 }), async (writers) => {
        const committed: string[] = [];
        const counts = merchants.map(() => 0);
        const write = async ({ subjects, startsAfter, takes, isUndone }: (typeof writers)[number]) => {
          await pause(startsAfter);
          const undo = inTransaction(db.pool, async (tx) => {
            await tx.query('', 'select pg_current_xact_id()'); // its number is drawn before any lock is taken
            const done: string[] = [];
            for (const subject of subjects.toSorted((a, b) => a - b)) {
              await pause(takes);
              await tx.query('', 'select from merchant where id = $1 for update', [merchants[subject]!.id]);
              await change(tx, merchants[subject]!, ++counts[subject]!, policyId);
              done.push(`${merchants[subject]!.externalId} ${counts[subject]}`);
            }
            await pause(takes);
            if (isUndone) throw new Error('undone');
            committed.push(...done);
          });
          if (isUndone) await expect(undo).rejects.toThrow('undone');
          else await undo;
        };
        const { after: start } = await followed('PLATFORM', 100);
        let isOver = false;
        const read = async () => {
          const seen: { subject: { externalId: string }; after: { score: number } }[] = [];
          let after = start;
          for (let isLast = false; !isLast;) {
            isLast = isOver;
            const more = await followed('PLATFORM', 3, after);
            seen.push(...more.nodes);
            after = more.after;
          }
          return seen.map(({ subject, after: { score } }) => ({ name: subject.externalId, score }));
        };
        const reading = read();
        await Promise.all(writers.map(write));
        isOver = true;
        const seen = await reading;

        expect(seen.map(({ name, score }) => `${name} ${score}`).toSorted()).toEqual(committed.toSorted());
        for (const own of Map.groupBy(seen, ({ name }) => name).values())
          expect(own.map(({ score }) => score)).toEqual(own.map(({ score }) => score).toSorted((a, b) => a - b));
      }),
      { numRuns: 8 },
    );
  });
});
