import { expect, it } from 'vitest';
import { issueToken, readToken } from '../../src/access/tokens.ts';
import { verifiedTokens } from '../../src/graphql/verified-tokens.ts';
import { NOW } from '../kit/events.ts';

const secret = Buffer.alloc(32, 5);
const tokenFor = async (ttlSeconds: number) =>
  `Bearer ${await issueToken(secret, { role: 'PLATFORM', subject: null, name: 'back end', ttlSeconds }, NOW)}`;

it('a signature is checked anew once a minute, and a token is good for no longer than it says', async () => {
  let times = 0;
  const read = verifiedTokens((authorization, now) => (times++, readToken(secret, authorization, now)));
  const [hour, short] = [await tokenFor(3_600), await tokenFor(30)];

  expect(await read(hour, NOW)).toEqual(await readToken(secret, hour, NOW));
  for (const later of [1_000, 59_999]) await read(hour, NOW + later);
  expect(times).toBe(1);
  await read(hour, NOW + 60_000);
  expect(times).toBe(2);
  await read(short, NOW);
  await expect(read(short, NOW + 30_000)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  await expect(read(short, NOW + 30_000)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
});
