import { expect, it } from 'vitest';
import { fillIfEmpty } from '../../src/intake/demo-apart.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, HASH_SECRET, NOW, takeEvents } from '../kit/events.ts';

const db = aDatabase();

it('tells what has kept the demo marketplace from being made', async () => {
  let hasBegun = false;
  const filling = { url: `${db.url}_of_nobody`, hashSecret: HASH_SECRET, now: NOW };

  await expect(fillIfEmpty(db.pool, filling, () => (hasBegun = true))).rejects.toThrow('cannot be reached');
  expect(hasBegun).toBe(true);
});

it('leaves a database alone that knows anyone', async () => {
  let hasBegun = false;
  await takeEvents(db, [anEvent('merchant.registered', daysAgo(1), { externalId: 'm-1' })]);
  await fillIfEmpty(db.pool, { url: db.url, hashSecret: HASH_SECRET, now: NOW }, () => (hasBegun = true));

  expect(hasBegun).toBe(false);
});
