import { beforeAll, describe, expect, it } from 'vitest';
import { run as voidCommand } from '../../src/intake/void.command.ts';
import { anApi } from '../kit/api.ts';
import { credenceHere } from '../kit/command.ts';
import { aDatabase } from '../kit/database.ts';
import { eventsOf, HASH_SECRET, NOW, takeEvents } from '../kit/events.ts';
import { countOf, rowCounts } from '../intake/ingest-kit.ts';

const db = aDatabase();
const api = anApi(db);
const secret = HASH_SECRET.toString('base64url');
const run = (...args: string[]) =>
  credenceHere({ DATABASE_URL: db.url, CREDENCE_TOKEN_SECRET: secret, CREDENCE_HASH_SECRET: secret }, ...args);
const SOUND = ['void', '--ground', 'SPAM', '--statement', 'Advertising.'];

beforeAll(() =>
  takeEvents(
    db,
    ['o-1', 'o-2', 'o-3'].flatMap((order, i) =>
      eventsOf({ order, merchant: `m-${i % 2}`, product: `p-${i % 2}`, placed: 40, stars: 5 }),
    ),
    NOW,
  ),
);

describe('credence void', () => {
  it('makes reviews stop counting and prints the receipt; a second time it refuses', { timeout: 30_000 }, async () => {
    const { status, out, err } = await run(...SOUND, 'r-o-1', 'r-o-2', 'r-o-1');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const receipt = JSON.parse(out);
    expect(receipt.changes).toHaveLength(4);
    expect(receipt).toMatchObject({ reversedPostings: 4, merchantIds: [expect.any(String), expect.any(String)] });
    expect(receipt.changes.map((each: { externalId: string }) => each.externalId).toSorted()).toEqual([
      'm-0',
      'm-1',
      'p-0',
      'p-1',
    ]);
    const node = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Merchant { externalId } } }`;
    const { data } = await api.ask('AUDITOR', node, { ids: [receipt.id, receipt.merchantIds[0]] });
    expect(data.nodes.map((each: { __typename: string }) => each.__typename)).toEqual(['ReversalReceipt', 'Merchant']);
    expect(receipt.changes.map((each: { before: object; after: object }) => [each.before, each.after])).toEqual(
      receipt.changes.map(() => [
        expect.objectContaining({ ratingAverage: 5 }),
        expect.objectContaining({ level: 'NOT_RATED' }),
      ]),
    );
    expect(
      await countOf(db, 'review_void', "ground = 'SPAM' and statement = 'Advertising.' and voided_by like 'COMMAND:%'"),
    ).toBe(2);

    expect(await countOf(db, 'penalty', 'decided_by is not null and not has_measures and reviews = 2')).toBe(1);

    const again = await run(...SOUND, 'r-o-3', 'r-o-1');
    expect(again).toEqual({
      status: 2,
      out: '',
      err: expect.stringMatching(/^void: Voided or retracted already: r-o-1[^\n]+\n$/),
    });
    expect(await countOf(db, 'review', "status = 'COUNTED'")).toBe(1);
    expect(await run('standing', 'check')).toMatchObject({ status: 0, err: '' });
  });

  it('of a review that is not there changes nothing, and says so in a line', async () => {
    const before = await rowCounts(db);
    const { status, out, err } = await run(...SOUND, 'r-o-3', 'r-nowhere');
    expect({ status, out, err }).toEqual({
      status: 2,
      out: '',
      err: expect.stringMatching(/^void: .+r-nowhere\.[^\n]*\n$/),
    });
    expect(await rowCounts(db)).toEqual(before);
  });

  it.each([
    ['no ground', ['--statement', 'x', 'r-o-3']],
    ['an unheard-of ground', ['--ground', 'WHIM', '--statement', 'x', 'r-o-3']],
    ['no statement', ['--ground', 'SPAM', 'r-o-3']],
    ['a statement of spaces', ['--ground', 'SPAM', '--statement', ' ', 'r-o-3']],
    ['no review', ['--ground', 'SPAM', '--statement', 'x']],
  ])('with %s is wrong use', async (_, args) => {
    const io = { out: () => {}, err: () => {} };
    await expect(voidCommand(args, io)).rejects.toMatchObject({ kind: 'INVALID', code: 'USAGE' });
  });
});
