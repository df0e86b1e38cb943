import { describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { sweepGrades } from '../../src/grades/sweep.ts';
import { idsOf } from '../../src/kernel/global-id.ts';
import { annulSanctions } from '../../src/sanctions/impose.commands.ts';
import { gradeNotesOf } from '../grades/notes-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { balancesOf } from '../kit/state.ts';
import { levelAt, measuresOn, noteKindsOf, pointsOf, shopsWith } from './kit.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const measures = measuresOn(api);
const { ids, uuidOf, against } = shopsWith(db, measures, ['capped', 'lifted', 'annulled', 'ending']);
const { lift } = measures;
const annul = (sanctionId: string) =>
  inTransaction(db.pool, async (tx) => {
    const [subjectId, id] = idsOf('Sanction', sanctionId);
    return annulSanctions(tx, { now, foldings: await foldingsAt(now)(tx) }, [{ subjectId, id }]);
  });

describe('a suspension', () => {
  it('caps the grade while it lasts, with a reason, and the past stays as it was', async () => {
    const before = now;
    now += HOUR;
    const { sanction, proposal, userErrors } = await against('capped', {
      endsAt: new Date(now + 10 * DAY).toISOString(),
    });

    expect([userErrors, proposal]).toEqual([[], null]);
    expect(sanction).toMatchObject({
      kind: 'SUSPENSION',
      ground: 'LATE_DISPATCH',
      statement: 'Twelve of twenty late.',
      subject: { externalId: 'capped' },
      imposedAt: new Date(now).toISOString(),
      endsAt: new Date(now + 10 * DAY).toISOString(),
      liftedAt: null,
      annulledAt: null,
      active: true,
      points: 0,
      strikes: 2,
      imposedBy: 'MODERATOR',
      approvedBy: null,
    });
    now += HOUR;
    expect(await levelAt(api, 'capped')).toBe('C');
    expect(await levelAt(api, 'capped', { asOf: now, knownAt: now })).toBe('C');
    expect(await levelAt(api, 'capped', { asOf: before })).toBe('BBB');
    expect(await levelAt(api, 'capped', { knownAt: before })).toBe('BBB');
    const query = `query ($locale: String) { merchant(externalId: "capped") { grade { score reasons { code text(locale: $locale) } next { level } } } }`;
    const { grade } = (await api.ask('ADMIN', query)).data.merchant;
    expect(grade.reasons.at(-1)).toEqual({
      code: 'CAP_SANCTION_SUSPENSION',
      text: 'While suspended by a sanction: at best C',
    });
    const chinese = (await api.ask('ADMIN', query, { locale: 'zh-CN' })).data.merchant.grade;
    expect(chinese.reasons.at(-1).text).toBe('暂停处罚期间，等级最高为 C');
  });

  it('is told to whoever follows the grade, and shows in lists at once', async () => {
    expect(await gradeNotesOf(db, 'capped')).toMatchObject([
      {}, // its first grade
      { before: { level: 'BBB' }, after: { level: 'C' }, cause: 'CONDITION' },
    ]);
    expect(await noteKindsOf(db, uuidOf('capped'))).toEqual(
      expect.arrayContaining(['sanction.imposed', 'grade.changed']),
    );
    const { data } = await api.ask(null, '{ merchantDirectory(level: [C]) { nodes { externalId grade { level } } } }');
    expect(data.merchantDirectory.nodes).toEqual([{ externalId: 'capped', grade: { level: 'C' } }]);
    const { rows } = await db.pool.query('select low_score from standing where subject_id = $1', [uuidOf('capped')]);
    expect(rows).toEqual([{ low_score: 520 }]); // B's cut: at the head of the Cs, not among those with its score
  });

  it('is in the history of the grade from its day on', async () => {
    const [from, to] = [new Date(now - 2 * DAY).toISOString().slice(0, 10), new Date(now).toISOString().slice(0, 10)];
    const { data } = await api.ask(
      null,
      `{ merchant(externalId: "capped") { gradeHistory(from: "${from}", to: "${to}") { level } } }`,
    );

    expect(data.merchant.gradeHistory.map(({ level }: { level: string }) => level)).toEqual(['BBB', 'BBB', 'C']);
  });

  it('ends by itself when its time is over, and the daily sweep tells it', async () => {
    await against('ending', { endsAt: new Date(now + DAY).toISOString() });
    const imposed = now;
    now += 2 * DAY;

    expect(await levelAt(api, 'ending')).toBe('BBB');
    expect(await levelAt(api, 'ending', { asOf: imposed })).toBe('C');
    await sweepGrades(db.pool).run(now);
    expect((await gradeNotesOf(db, 'ending')).at(-1)).toMatchObject({
      before: { level: 'C' },
      after: { level: 'BBB' },
      cause: 'TIME',
    });
  });

  it('holds up to its lifting, once, and is known to have', async () => {
    const { sanction } = await against('lifted');
    const during = now + HOUR;
    now += 2 * HOUR;
    const input = { note: 'They mended it.', idempotencyKey: 'lift-once' };
    const lifted = await lift(sanction.id, input);

    expect(lifted).toMatchObject({
      userErrors: [],
      sanction: {
        liftedAt: new Date(now).toISOString(),
        liftedBy: 'MODERATOR',
        liftNote: 'They mended it.',
        active: false,
      },
    });
    expect(await lift(sanction.id, input)).toEqual(lifted);
    expect(await lift(sanction.id)).toMatchObject({ sanction: null, userErrors: [{ code: 'SANCTION_LIFTED' }] });
    const lift1 = now;
    now += HOUR;
    expect(await levelAt(api, 'lifted')).toBe('BBB');
    expect(await levelAt(api, 'lifted', { asOf: during })).toBe('C');
    expect(await levelAt(api, 'lifted', { knownAt: lift1 - 1 })).toBe('C'); // as far as was known, it went on
    expect(await noteKindsOf(db, uuidOf('lifted'))).toContain('sanction.lifted');
  });

  it('that is annulled never was: not its cap, nor its points, nor its strikes; but it was known until then', async () => {
    const before = await balancesOf(db);
    const { sanction } = await against('annulled', { points: 300, strikes: 12 });
    const during = now + HOUR;
    now += 2 * HOUR;
    expect(await pointsOf(db, uuidOf('annulled'))).toBe(-300);
    const { changes, pointsMoved } = await annul(sanction.id);

    expect(pointsMoved).toBe(300);
    expect(changes).toMatchObject([{ subjectId: uuidOf('annulled'), before: { level: 'C' }, after: { level: 'BBB' } }]);
    expect(await annul(sanction.id)).toMatchObject({ sanctions: [], pointsMoved: 0 });
    expect(await balancesOf(db)).toEqual(before);
    expect(await pointsOf(db, uuidOf('annulled'))).toBe(0);
    const annulled = now;
    now += HOUR;
    for (const at of [{}, { asOf: during }, { asOf: during, knownAt: now }])
      expect(await levelAt(api, 'annulled', at)).toBe('BBB');
    expect(await levelAt(api, 'annulled', { asOf: during, knownAt: annulled - 1 })).toBe('C');
    const query = `query ($id: ID!) { nextSanction(subjectId: $id, ground: "SPAM") { total kind } }`;
    expect((await api.ask('AUDITOR', query, { id: ids.get('annulled') })).data.nextSanction).toEqual({
      total: 4,
      kind: 'WARNING',
    });
    expect(await lift(sanction.id)).toMatchObject({ userErrors: [{ code: 'SANCTION_ANNULLED' }] });
  });
});
