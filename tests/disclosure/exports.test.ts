import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeExports, writeExports } from '../../src/disclosure/exports.job.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW } from '../kit/events.ts';
import { anInstallation } from '../kit/installation.ts';
import { orders, take } from '../grades/fixtures.ts';
import { exporting } from './export-kit.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const db = aDatabase();
let now = NOW;
const clock = () => now;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-exports-'));
afterAll(() => fs.rmSync(dir, { recursive: true }));
const installation = anInstallation(dir);
const api = anApi(db, { clock, installation });
const { start, found, write, cancel, linesOf } = exporting(db, api, installation, clock);
const files = () => (fs.existsSync(installation.exportDir) ? fs.readdirSync(installation.exportDir) : []);

/** What the API says of every merchant at the export's coordinates, in the shape of its lines. */
const gradesAt = async ({ asOf, knownAt }: { asOf: string; knownAt: string }, policy: string | null = null) => {
  const { data } = await api.ask(
    'ADMIN',
    `query ($asOf: DateTime, $knownAt: DateTime, $policy: String) { merchantDirectory(first: 100, orderBy: NAME) { nodes { externalId
       grade(asOf: $asOf, knownAt: $knownAt, policy: $policy) { level score interval { low high } evidence { postings distinctCounterparties since } } } } }`,
    { asOf, knownAt, policy },
  );
  type Node = { externalId: string; grade: { evidence: Record<string, unknown> } };
  return new Map(
    data.merchantDirectory.nodes.map(({ externalId, grade: { evidence, ...grade } }: Node) => [
      externalId,
      { kind: 'MERCHANT', externalId, ...grade, ...evidence },
    ]),
  );
};
const byName = (lines: readonly Record<string, unknown>[]) => new Map(lines.map((line) => [line['externalId'], line]));

beforeAll(async () => {
  const silent = anEvent('merchant.registered', daysAgo(1), { externalId: 'silent', name: 'Nobody yet' });
  const rated = [...orders('good', 30), ...orders('better', 60), ...orders('bad', 20, { stars: 1 })];
  await take(db, [...rated, ...orders('new', 1), silent]);
});
beforeEach(async () => {
  now += HOUR;
  await db.pool.query('delete from bulk_export');
});

describe('a bulk export', () => {
  it('holds the grade of everyone, as the API gives it, bit for bit', async () => {
    const asked = await start();
    expect(asked).toMatchObject({
      status: 'QUEUED',
      subjectKind: 'MERCHANT',
      policy: { key: 'default', version: 1 },
      levels: null,
      asOf: new Date(now).toISOString(),
      knownAt: new Date(now).toISOString(),
      progress: 0,
      subjects: null,
      link: null,
    });
    now += 1000;
    await write();
    const done = await found(asked.id);
    const lines = await linesOf(asked.id);

    expect(done).toMatchObject({ status: 'DONE', progress: 1, subjects: 5, seen: 5, written: 5, errorCode: null });
    expect(done.expiresAt).toBe(new Date(now + 24 * HOUR).toISOString());
    expect(done.bytes).toBe(fs.statSync(path.join(installation.exportDir, files()[0]!)).size);
    expect(byName(lines)).toEqual(await gradesAt(asked));
    expect(lines).toHaveLength(5);
  });

  it('tells what stood when it was asked for, whatever came in before it was written', async () => {
    const asked = await start();
    now += 5 * MINUTE;
    await take(db, orders('good-late', 8, { merchant: 'good', stars: 1 }), now);
    await write();
    const lines = byName(await linesOf(asked.id));

    expect(lines).toEqual(await gradesAt(asked));
    expect(lines.get('good')).not.toEqual(
      (await gradesAt({ asOf: new Date(now).toISOString(), knownAt: new Date(now).toISOString() })).get('good'),
    );
  });

  it('can be of a past moment, of some levels, and by a version that is named', async () => {
    const past = await start({ asOf: daysAgo(20) });
    const some = await start({ levels: ['NOT_RATED', 'D', 'D'], policy: 'default@1' });
    await write();
    const unrated = await linesOf(some.id);

    expect(past.asOf).toBe(daysAgo(20));
    expect(byName(await linesOf(past.id))).toEqual(await gradesAt(past));
    const isWanted = ([, grade]: [unknown, unknown]) => ['NOT_RATED', 'D'].includes((grade as { level: string }).level);
    expect(byName(unrated)).toEqual(new Map([...(await gradesAt(some))].filter(isWanted)));
    expect(await found(some.id)).toMatchObject({
      seen: 5,
      written: unrated.length,
      subjects: 5,
      levels: ['NOT_RATED', 'D'],
    });
  });

  it.each(['was stopped', 'was killed'])(
    'goes on where its writer %s, with the same bits as if it had not been',
    async (how) => {
      const whole = await start();
      await write();
      const cut = await start(); // at the same moment, so at the same coordinates
      if (how === 'was stopped') await stopAfterOnePage();
      else await killAfterOnePage();
      expect(await found(cut.id)).toMatchObject({ status: 'RUNNING', seen: 2, subjects: 5, progress: 0.4 });
      now += 5 * MINUTE;
      await take(db, orders(`bad-${how}`, 4, { merchant: 'bad', stars: 1 }), now);
      await write(2);

      expect(await found(cut.id)).toMatchObject({ status: 'DONE', seen: 5, written: 5 });
      expect(await linesOf(cut.id)).toEqual(await linesOf(whole.id));
    },
  );

  it('begins anew where its file is lost, or shorter than it should be', async () => {
    const asked = await start();
    await stopAfterOnePage();
    fs.rmSync(fileOf(asked.id));
    await stopAfterOnePage();
    fs.truncateSync(fileOf(asked.id), 10);
    now += 5 * MINUTE;
    await write();

    expect(byName(await linesOf(asked.id))).toEqual(await gradesAt(asked));
  });

  it('is given up after twenty goes', async () => {
    const asked = await start();
    await db.pool.query('update bulk_export set attempts = 18');
    await killAfterOnePage();
    expect(await found(asked.id)).toMatchObject({ status: 'RUNNING', errorCode: null });
    now += 5 * MINUTE;
    await killAfterOnePage();

    expect(await found(asked.id)).toMatchObject({ status: 'FAILED', errorCode: 'EXPORT_FAILED', link: null });
  });

  it('leaves out whom nobody knew of when it was asked for', async () => {
    const asked = await start();
    now += 5 * MINUTE;
    await take(db, orders('later', 1), now);
    await write();

    const names = new Set(byName(await linesOf(asked.id)).keys());
    expect(names).toEqual(new Set(['bad', 'better', 'good', 'new', 'silent']));
    expect(await found(asked.id)).toMatchObject({ subjects: 5, seen: 5 });
  });

  it('gives the cursor from which to follow what changed since', async () => {
    const { changesCursor } = await start();
    const page = (after: string) =>
      api.ask(
        'PARTNER',
        'query ($after: String) { gradeChanges(after: $after) { nodes { subject { externalId } } } }',
        { after },
      );
    expect((await page(changesCursor)).data.gradeChanges.nodes).toEqual([]);
    await take(db, orders('since', 20), now);

    expect((await page(changesCursor)).data.gradeChanges.nodes).toEqual([{ subject: { externalId: 'since' } }]);
  });
});

const fileOf = (id: string): string =>
  path.join(installation.exportDir, `${Buffer.from(id, 'base64url').toString().split(':')[1]}.jsonl`);

/** The writer looks at the clock when it claims, when it begins, and with each page of two subjects. */
async function stopAfterOnePage(): Promise<void> {
  const stopping = new AbortController();
  let looks = 0;
  const stoppingClock = () => {
    if (++looks === 2) stopping.abort();
    return now;
  };
  await writeExports(db.pool, installation, stoppingClock, 2).run(now, stopping.signal);
}

/** What it wrote of the second page is in the file, and nothing says so. */
async function killAfterOnePage(): Promise<void> {
  let looks = 0;
  const fatalClock = () => {
    if (++looks === 6) throw new Error('killed');
    return now + looks * 2_000; // so that each page is told of
  };
  await expect(
    writeExports(db.pool, installation, fatalClock, 2).run(now, new AbortController().signal),
  ).rejects.toThrow('killed');
}

describe('a bulk export is asked for', () => {
  it('once, however often it is sent', async () => {
    const first = await start({ idempotencyKey: 'twice' });

    expect((await start({ idempotencyKey: 'twice' })).id).toBe(first.id);
    expect(await start({ idempotencyKey: 'twice', subjectKind: 'PRODUCT' })).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('twice at the same time, and no third time until one is over', async () => {
    const asked = await Promise.all([start(), start(), start(), start()]);
    const codes = asked.map(({ code }) => code).filter(Boolean);
    const one = asked.find(({ id }) => id);

    expect(codes).toEqual(['TOO_MANY_EXPORTS', 'TOO_MANY_EXPORTS']);
    expect((await start({}, 'PLATFORM')).status).toBe('QUEUED');
    expect((await cancel(one.id)).status).toBe('CANCELLED');
    expect((await start()).status).toBe('QUEUED');
  });

  it('by partners and the house, about what may leave it', async () => {
    expect(await start({}, null)).toEqual({ code: 'UNAUTHENTICATED' });
    expect(await start({}, ['MERCHANT', 'merchant:good'])).toEqual({ code: 'FORBIDDEN' });
    expect(await start({ subjectKind: 'BUYER' }, 'PLATFORM')).toMatchObject({ status: 'QUEUED' });
    expect(await start({ subjectKind: 'CARRIER' })).toMatchObject({ code: 'SUBJECT_KIND_FORBIDDEN' });
    expect(await start({ subjectKind: 'CARRIER' }, 'AUDITOR')).toMatchObject({ code: 'POLICY_UNKNOWN' });
    expect(await start({ policy: 'none' })).toMatchObject({ code: 'POLICY_UNKNOWN' });
    expect(await start({ policy: 'amazon-account-health' })).toMatchObject({ code: 'POLICY_NOT_EXPORTED' });
    expect(await start({ asOf: new Date(now + 1000).toISOString() })).toMatchObject({ code: 'ASOF_IN_FUTURE' });
    expect(await start({ levels: [] })).toMatchObject({ code: 'LEVELS_MISSING' });
  });
});

describe('bulk exports', () => {
  const LIST = `query ($first: Int, $after: String, $status: BulkExportStatus) { bulkExports(first: $first, after: $after, status: $status) {
    nodes { id status owner partner { name } } pageInfo { endCursor hasNextPage } } }`;
  const listed = async (variables: Record<string, unknown> = {}, asker: Asker = 'PARTNER') => {
    const { data, errors } = await api.ask(asker, LIST, variables);
    return errors ? { code: errors[0]!.extensions['code'] } : data.bulkExports;
  };
  const idsIn = ({ nodes }: { nodes: { id: string }[] }) => nodes.map(({ id }) => id);

  it('are listed for whoever asked for them, the last first, and by how they stand', async () => {
    const first = await start();
    await cancel(first.id);
    now += MINUTE;
    const second = await start();
    await start({}, 'PLATFORM');
    const page = await listed({ first: 1 });

    expect(page).toMatchObject({ nodes: [{ id: second.id }], pageInfo: { hasNextPage: true } });
    expect(idsIn(await listed({ after: page.pageInfo.endCursor }))).toEqual([first.id]);
    expect(idsIn(await listed({ status: 'CANCELLED' }))).toEqual([first.id]);
    expect(await listed({ status: 'DONE' })).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false } });
  });

  it('of others are listed for staff alone', async () => {
    const { id } = await start();

    expect(await listed({}, 'PLATFORM')).toMatchObject({ nodes: [] });
    const ofPartner = { id, owner: expect.stringMatching(/^PARTNER:/), partner: { name: expect.any(String) } };
    expect(await listed({}, 'AUDITOR')).toMatchObject({ nodes: [ofPartner] });
    expect(await listed({}, ['MERCHANT', 'merchant:good'])).toEqual({ code: 'FORBIDDEN' });
    expect(await listed({}, null)).toEqual({ code: 'UNAUTHENTICATED' });
    expect(await listed({ after: 'nonsense' })).toEqual({ code: 'CURSOR_INVALID' });
  });
});

describe('a bulk export is cancelled', () => {
  it('while it waits or is written, once; its file goes', async () => {
    const asked = await start();
    await stopAfterOnePage();
    const first = await cancel(asked.id, { idempotencyKey: 'cancelled' });
    await removeExports(db.pool, installation).run(now);

    expect(first).toMatchObject({ status: 'CANCELLED', link: null });
    expect(await cancel(asked.id, { idempotencyKey: 'cancelled' })).toEqual(first);
    expect(await cancel(asked.id)).toMatchObject({ code: 'EXPORT_ENDED' });
    expect(fs.existsSync(fileOf(asked.id))).toBe(false);
    await write();
    expect(await found(asked.id)).toMatchObject({ status: 'CANCELLED' });
  });

  it("by nobody but its owner, and another's is not found", async () => {
    const { id } = await start();

    expect(await cancel(id, {}, 'PLATFORM')).toMatchObject({ code: 'EXPORT_NOT_FOUND' });
    expect(await found(id, 'PLATFORM')).toBeNull();
    expect(await found(id, 'AUDITOR')).toMatchObject({ id });
    expect(await found('nonsense')).toEqual({ code: 'ID_INVALID' });
    expect(
      (await api.ask('PARTNER', 'query ($id: ID!) { node(id: $id) { id __typename } }', { id })).data.node,
    ).toEqual({ id, __typename: 'BulkExport' });
    expect((await api.ask('PLATFORM', 'query ($id: ID!) { node(id: $id) { id } }', { id })).data.node).toBeNull();
  });
});
