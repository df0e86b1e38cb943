import { beforeAll, expect, it } from 'vitest';
import { countOf } from '../intake/ingest-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW, takeEvents } from '../kit/events.ts';
import { measuresOn } from '../sanctions/kit.ts';
import { ALICE, BOB, casesOn, fakeIds, fakes } from './kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const cases = casesOn(api, db);
const grave = { deductPoints: 200 };
const codes = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);

beforeAll(() => takeEvents(db, fakes('s', 6), NOW));

it('a penalty that awaits a second person is not proposed again, in part or at the same moment, until it is rejected', async () => {
  const ids = fakeIds('s', 6);
  const both = await Promise.all([ALICE, BOB].map((asker) => cases.penalize(ids.slice(0, 3), grave, asker)));
  expect(both.flatMap(codes)).toEqual(['PENALTY_PROPOSED']);
  const { proposal } = both.find(({ userErrors }) => userErrors.length === 0)!;
  expect(await cases.penalize(ids.slice(2, 5), grave)).toMatchObject({
    proposal: null,
    userErrors: [{ code: 'PENALTY_PROPOSED', field: ['reviewIds'] }],
  });
  expect(await cases.penalize(ids.slice(0, 1), { deductPoints: 0 }, BOB)).toMatchObject({
    penalty: null,
    userErrors: [{ code: 'PENALTY_PROPOSED', field: ['reviewIds'] }], // nor is the other person passed by
  });
  expect(codes(await cases.penalize(ids.slice(3), grave))).toEqual([]);
  expect(await countOf(db, 'proposal')).toBe(2);

  expect(codes(await measuresOn(api).reject(proposal.id))).toEqual([]);
  const anew = await cases.penalize(ids.slice(0, 3), grave, ALICE);
  expect(codes(anew)).toEqual([]);
  expect((await cases.approve(anew.proposal.id, BOB)).proposal).toMatchObject({ state: 'APPROVED' });
  expect(await countOf(db, 'review_void')).toBe(3);
});
