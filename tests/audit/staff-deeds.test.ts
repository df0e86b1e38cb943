import { describe, expect, it } from 'vitest';
import { sequenceAudit } from '../../src/audit/sequence.ts';
import { isStaff, ROLES } from '../../src/access/actor.ts';
import { AUDITED_ROLES } from '../../src/db/audit.ts';
import { isForStaff } from '../../src/graphql/audited.ts';
import { permissions } from '../../src/graphql/schema.ts';
import { sources } from '../house/sources.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW, takeEvents, anEvent, daysAgo } from '../kit/events.ts';

const db = aDatabase();
let now = NOW;
const { ask } = anApi(db, { clock: () => now });

const EXCUSE = `mutation ($input: ExcuseEventsInput!) {
  excuseEvents(input: $input) { excuse { id } userErrors { code } }
}`;
const excuse = (idempotencyKey: string, but: object = {}) => ({
  input: {
    ground: 'STORM',
    from: '2026-11-01',
    to: '2026-11-02',
    note: 'A storm in the north.',
    idempotencyKey,
    ...but,
  },
});
const TRAIL = `query ($first: Int, $after: String, $actor: String, $operation: String, $from: DateTime, $to: DateTime) {
  auditTrail(first: $first, after: $after, actor: $actor, operation: $operation, from: $from, to: $to) {
    edges { cursor }
    nodes { id at actor role operation subjects details note outcome code times requestId logIndex }
    pageInfo { hasNextPage endCursor }
  }
}`;
const trail = async (variables: object = {}) => (await ask('AUDITOR', TRAIL, { ...variables })).data.auditTrail;
const countEvents = async () => (await db.pool.query('select from audit_event')).rowCount;

/** They are entered by the door. */
const CHANGING_NOTHING = ['backtestPolicy'];

describe('every mutation that staff may call', () => {
  const staff = Object.entries(permissions['Mutation']!).filter(([, rule]) =>
    (['MODERATOR', 'ADMIN', 'AUDITOR'] as const).some((role) =>
      rule.allows({ role, name: role, subject: null, isFresh: true }, {}),
    ),
  );

  it.each(staff.map(([name]) => name).filter((name) => !CHANGING_NOTHING.includes(name)))(
    '%s is done by `once`, which enters it in the audit log',
    (name) => {
      const doing = sources.filter(
        ({ code }) =>
          /\b(once|keyedCall)(<[^(]*>)?\(/.test(code) && new RegExp(`\\(\\s*(tx,\\s*)?call,\\s*'${name}'`).test(code),
      );

      expect(doing.map(({ file }) => file)).toHaveLength(1);
    },
  );

  it('are some, so that this test tests something', () => {
    expect(staff.length).toBeGreaterThan(5);
  });
});

/** They read, or touch no database. */
const COMMANDS_THAT_CHANGE_NOTHING = [
  'audit/audit.command.ts',
  'grades/policy-backtest.command.ts',
  'grades/policy-fit.command.ts',
  'grades/policy-read.command.ts',
  'points/points.command.ts',
  'rewards/rewards.command.ts',
];

describe('every command that changes something', () => {
  const opening = sources.filter(
    ({ file, code }) => file.endsWith('.command.ts') && /\b(openDatabase|withDatabase|openDestination)\(/.test(code),
  );

  it.each(opening.map(({ file }) => file).filter((file) => !COMMANDS_THAT_CHANGE_NOTHING.includes(file)))(
    '%s enters what it does',
    (file) => {
      const { code } = opening.find((source) => source.file === file)!;

      // By itself, by a receipt, by a command that staff have too, or where the import begins.
      expect(code).toMatch(/\benterDeed\(|\bcarryOut\(|\bopenCall\(|\bopenDestination\(/);
    },
  );
});

describe('the roles whose deeds are entered', () => {
  it('are those of staff', () => {
    expect(ROLES.filter((role) => isStaff({ role, name: role, subject: null }))).toEqual(AUDITED_ROLES);
  });
});

describe('a deed of staff', () => {
  it('is entered with the change: who, what, about whom, why, and by which request', async () => {
    await takeEvents(db, [anEvent('merchant.registered', daysAgo(9), { externalId: 'm-1' })]);
    const { data } = await ask('ADMIN', '{ merchant(externalId: "m-1") { id } }');
    const merchant = data.merchant.id as string;
    await ask('ADMIN', EXCUSE, excuse('works', { merchantIds: [merchant] }));

    const [entry] = (await trail()).nodes;
    expect(entry).toMatchObject({
      actor: 'ADMIN',
      role: 'ADMIN',
      operation: 'excuseEvents',
      subjects: [expect.stringMatching(/^Merchant:[0-9a-f-]{36}$/)],
      details: { ground: 'STORM', from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' },
      note: 'A storm in the north.',
      outcome: 'DONE',
      code: null,
      times: 1,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      logIndex: null,
    });
    await sequenceAudit(db.pool);
    expect((await trail()).nodes[0].logIndex).toBe('0');
  });

  it('is entered once, however often it is sent', async () => {
    await ask('ADMIN', EXCUSE, excuse('repeat'));
    const before = await countEvents();
    await Promise.all([1, 2, 3].map(() => ask('ADMIN', EXCUSE, excuse('repeat'))));

    expect(await countEvents()).toBe(before);
  });

  it('that changes nothing, and so needs no `once`, is entered all the same', async () => {
    now += 60_000;
    await ask('ADMIN', 'mutation { backtestPolicy(input: { key: "default", version: 1 }) { userErrors { code } } }');

    expect((await trail()).nodes[0]).toMatchObject({
      operation: 'backtestPolicy',
      outcome: 'DONE',
      details: { version: 1 },
    });
  });

  it('that is refused by its rules is entered as refused', async () => {
    now += 60_000;
    const { data } = await ask('ADMIN', EXCUSE, excuse('refused', { to: '2026-10-01' }));
    expect(data.excuseEvents.userErrors).toEqual([{ code: 'RANGE_INVALID' }]);

    await expect
      .poll(async () => (await trail()).nodes[0])
      .toMatchObject({ operation: 'excuseEvents', outcome: 'REFUSED', code: 'RANGE_INVALID' });
  });

  it('keeps neither the key nor any words of the input but the note', async () => {
    const { rows } = await db.pool.query<{ text: string }>('select audit_event::text as text from audit_event');
    const all = rows.map(({ text }) => text).join();

    expect(all).toContain('A storm in the north.');
    expect(all).not.toContain('works');
  });
});

describe('a field of staff that is refused', () => {
  it('is entered: the first time at once, the others of its minute as one row', async () => {
    now += 60_000;
    for (let i = 0; i < 5; i++) await ask(['BUYER', 'buyer:b-1'], TRAIL);
    await expect.poll(async () => (await trail({ actor: 'BUYER:b-1' })).nodes).toHaveLength(1);
    now += 60_000;
    await ask(['BUYER', 'buyer:b-1'], TRAIL);

    await expect.poll(async () => (await trail({ actor: 'BUYER:b-1' })).nodes).toHaveLength(3);
    const { nodes } = await trail({ actor: 'BUYER:b-1' });
    expect(nodes[0]).toMatchObject({ operation: 'Query.auditTrail', outcome: 'REFUSED', code: 'FORBIDDEN', times: 1 });
    expect(nodes.map(({ times }: { times: number }) => times).toSorted()).toEqual([1, 1, 4]);
  });

  it('tells of those who did not even sign in, and of mutations', async () => {
    now += 60_000;
    await ask(null, EXCUSE, excuse('nobody'));

    await expect.poll(async () => (await trail({ actor: 'PUBLIC', operation: 'excuseEvents' })).nodes).toHaveLength(1);
    expect((await trail({ actor: 'PUBLIC' })).nodes[0]).toMatchObject({ code: 'UNAUTHENTICATED', role: 'PUBLIC' });
  });

  it('is one that nobody outside the house may read, even of its own', () => {
    expect(isForStaff(permissions['Query']!['auditTrail']!)).toBe(true);
    expect(isForStaff(permissions['Query']!['excuses']!)).toBe(true);
    expect(isForStaff(permissions['Mutation']!['submitReview']!)).toBe(false);
    expect(isForStaff(permissions['CreditGrade']!['exactScore']!)).toBe(false);
  });
});

describe('the audit trail', () => {
  it('comes page by page, the last first, and by time', async () => {
    const all = (await trail({ first: 100 })).nodes as { id: string; at: string }[];
    const pages: unknown[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { nodes, pageInfo } = await trail({ first: 2, after });
      pages.push(...nodes);
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }

    expect(pages).toEqual(all);
    expect(all.map(({ at }) => at)).toEqual(
      all
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
    const [from, to] = [all[3]!.at, all[0]!.at];
    expect((await trail({ from, to, first: 100 })).nodes).toEqual(all.filter(({ at }) => at >= from && at < to));
  });

  it('is for AUDITOR and ADMIN', async () => {
    expect((await ask('ADMIN', TRAIL)).errors).toBeUndefined();
    for (const asker of [null, 'PLATFORM', 'MODERATOR', 'PARTNER', ['MERCHANT', 'merchant:m-1']] as const)
      expect((await ask(asker, TRAIL)).errors![0]!.extensions['code']).toMatch(/FORBIDDEN|UNAUTHENTICATED/);
  });

  it('finds an entry by its id, for those who may see it', async () => {
    const [{ id }] = (await trail({ first: 1 })).nodes;
    const NODE = 'query ($id: ID!) { node(id: $id) { id } }';

    expect((await ask('AUDITOR', NODE, { id })).data.node).toEqual({ id });
    expect((await ask('MODERATOR', NODE, { id })).data.node).toBeNull();
  });

  it.each([
    [{ from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'RANGE_INVALID'],
    [{ after: 'x' }, 'CURSOR_INVALID'],
    [{ first: 101 }, 'FIRST_OUT_OF_RANGE'],
  ])('refuses %j', async (variables, code) => {
    expect((await ask('AUDITOR', TRAIL, variables)).errors![0]!.extensions['code']).toBe(code);
  });
});
