import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase, allMoved } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { orders, take } from '../grades/fixtures.ts';
import { aPartner, grant, withdraw, type APartner } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const HOUR = 3_600_000;
const BUYERS = ['shop-b0', 'shop-b1', 'shop-b2'];
const PURPOSES = ['CREDIT_DECISION', 'DISPLAY'];

let partners: APartner[];
beforeAll(async () => {
  await take(db, orders('shop', 3));
  partners = [await aPartner(api, 'Bank'), await aPartner(api, 'Rival')];
});

const buyer = fc.nat({ max: BUYERS.length - 1 });
const partner = fc.nat({ max: 1 });
const purpose = fc.nat({ max: PURPOSES.length - 1 });
const aStep = fc.oneof(
  fc.record({ do: fc.constant('grant' as const), buyer, partner, purpose, hours: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('withdraw' as const), buyer, partner, purpose }),
  fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    do: fc.constant('pull' as const),
    partner,
    purpose,
    way: fc.constantFrom('portfolio', 'fields', 'changes'),
  }),
);
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

/** What a partner is handed out by one request: the buyers whose grade is in it. */
async function handedOut({ ask }: APartner, forWhat: string, way: string): Promise<string[]> {
  const grade = 'grade { level }';
  const queries: Record<string, string> = {
    portfolio: `{ grades(externalIds: ${JSON.stringify(BUYERS)}, subjectKind: BUYER) { level } }`,
    fields: `{ ${BUYERS.map((each, i) => `b${i}: buyer(externalId: "${each}") { ${grade} again: ${grade} }`).join(' ')} }`,
    changes: '{ gradeChanges(first: 100) { nodes { subjectKind subject { externalId } } } }',
  };
  const { data } = await ask(queries[way]!, {}, forWhat);
  if (way === 'portfolio') return BUYERS.filter((_, i) => data.grades[i] !== null);
  if (way === 'fields') return BUYERS.filter((_, i) => data[`b${i}`]?.grade);
  const nodes: { subjectKind: string; subject: { externalId: string } }[] = data.gradeChanges.nodes;
  return nodes.filter(({ subjectKind }) => subjectKind === 'BUYER').map(({ subject }) => subject.externalId);
}

/** Each buyer's level changed once; nobody followed it. */
async function tellOfChanges(): Promise<void> {
  await db.pool.query('truncate grade_change, grade_change_head');
  await db.pool.query(
    `insert into grade_change (place, subject_id, subject_kind, policy_id, level_before, level_after, cause, changed_at)
     select row_number() over (order by b.external_id), b.id, 'BUYER', v.id, 'NOT_RATED', 'BB', 'FACTS', $1
       from buyer b, policy_version v where v.subject_kind = 'BUYER' and v.key = 'default'`,
    [new Date(NOW)],
  );
  await db.pool.query('insert into grade_change_head (id, last, kept_from) values (1, $1, 1)', [BUYERS.length]);
}

describe('whatever is granted, withdrawn and pulled in whatever order', () => {
  it('an answer holds the grade of a buyer if, and only if, a consent held at that moment, and each is written down once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { minLength: 4, maxLength: 14 }), async (steps: Step[]) => {
        await db.pool.query('truncate consent, grade_inquiry');
        await allMoved(db); // what buyers said is remembered, and nothing of ours unsays it like that
        await tellOfChanges();
        const held = new Map<string, { id: string; until: number }>(); // what the last word was, by whom, to whom and for what
        const expected: string[] = [];
        for (const step of steps) {
          now += 1;
          if (step.do === 'wait') {
            now += step.hours * HOUR;
            continue;
          }
          const who = partners[step.partner]!;
          const forWhat = PURPOSES[step.purpose]!;
          const key = (each: string) => `${each} ${step.partner} ${forWhat}`;
          if (step.do === 'grant') {
            const until = now + step.hours * HOUR;
            const name = BUYERS[step.buyer]!;
            const asked = { purpose: forWhat, until: new Date(until).toISOString() };
            held.set(key(name), { id: (await grant(api, name, who.id, asked)).consent.id, until });
          } else if (step.do === 'withdraw') {
            const name = BUYERS[step.buyer]!;
            const last = held.get(key(name));
            if (last) await withdraw(api, name, last.id);
            held.delete(key(name));
          } else {
            const consenting = BUYERS.filter((each) => (held.get(key(each))?.until ?? 0) > now);
            expect((await handedOut(who, forWhat, step.way)).toSorted()).toEqual(consenting);
            expected.push(...consenting.map((each) => `${each} ${step.partner} ${forWhat} ${now}`));
          }
        }
        const { rows } = await db.pool.query<{ name: string; partner: string; purpose: string; at: number }>(
          `select b.external_id as name, p.name as partner, purpose, (extract(epoch from at) * 1000)::float8 as at from grade_inquiry i
             join buyer b on b.id = i.subject_id join partner p on p.id = i.partner_id`,
        );
        const written = rows.map((row) => {
          return `${row.name} ${row.partner === 'Bank' ? 0 : 1} ${row.purpose} ${row.at}`;
        });
        expect(written.toSorted()).toEqual(expected.toSorted());
      }),
      { numRuns: 12 },
    );
  });
});
