import { expect, it } from 'vitest';
import { idsOf } from '../../src/kernel/global-id.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, takeEvents } from '../kit/events.ts';
import { book, DAY_MS, earned, penalty } from './kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW + DAY_MS });

const statement = async (asker: Asker, args: string) => {
  const query = `{ buyer(externalId: "ann") { points { statement(${args}) } } }`;
  const { data, errors } = await api.ask(asker, query);
  return errors ? errors[0]!.extensions['code'] : data.buyer?.points.statement;
};

it('gives the holder the entries of a period as CSV or JSON lines, and nobody else', async () => {
  await takeEvents(db, [anEvent('buyer.registered', daysAgo(9), { externalId: 'ann' })]);
  const { id } = (await api.ask('PLATFORM', '{ buyer(externalId: "ann") { id } }')).data.buyer;
  const ann = { subjectKind: 'BUYER', subjectId: idsOf('Buyer', id)[0] } as const;
  await book(db, earned(ann, 30, { reason: 'Kept, paid' }), penalty(ann, 5, { reason: '=1+1' }));
  const [from, until] = [daysAgo(1), new Date(NOW + 1).toISOString()];

  const csv: string = await statement(['BUYER', 'buyer:ann'], `from: "${from}"`);
  const [head, ...lines] = csv.trimEnd().split('\n');
  expect(head).toBe('entry,recordedAt,bookedAt,kind,amount,balance,pending,expiresAt,reverses,reason');
  expect(lines.map((line) => line.split(',').slice(3, 6))).toEqual([
    ['EARNED', '30', '30'],
    ['PENALTY', '-5', '25'],
  ]);
  expect(lines[0]).toContain('"Kept, paid"');
  expect(lines[1]).toContain("'=1+1");
  const json: string = await statement('PLATFORM', `from: "${from}", until: "${until}", format: JSONL`);
  expect(
    json
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).amount),
  ).toEqual([30, -5]);
  expect(await statement(['BUYER', 'buyer:ann'], `from: "${from}", until: "${new Date(NOW).toISOString()}"`)).toBe(
    `${head}\n`,
  );
  expect(await statement(['BUYER', 'buyer:ann'], `from: "${until}", until: "${from}"`)).toBe('RANGE_INVALID');
  expect(await statement(['BUYER', 'buyer:ben'], `from: "${from}"`)).toBe(undefined);
});
