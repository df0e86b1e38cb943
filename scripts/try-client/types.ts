import { createClient, GradesDocument, idempotencyKey, RedeemPointsDocument } from 'credence/client';

/** Compiled, and never run: what holds of the types of the package, and what does not. */
export async function typed(): Promise<string> {
  const client = createClient({ url: 'http://localhost:4000' });
  const { grades } = await client.request(GradesDocument, { externalIds: ['m-1'], subjectKind: 'MERCHANT' });
  const level: 'AAA' | 'AA' | 'A' | 'BBB' | 'BB' | 'B' | 'C' | 'D' | 'NOT_RATED' | undefined = grades[0]?.level;

  // @ts-expect-error -- a variable is missing
  await client.request(GradesDocument, { externalIds: ['m-1'] });
  // @ts-expect-error -- all variables are missing
  await client.request(GradesDocument);
  // @ts-expect-error -- there is no such kind
  await client.request(GradesDocument, { externalIds: ['m-1'], subjectKind: 'SHOP' });
  // @ts-expect-error -- nothing of that name was asked for
  console.log(grades[0]?.stars);
  // @ts-expect-error -- points are numbers
  const points: number = '5';
  const input = { holderId: 'x', points, purpose: 'x', reference: 'x', idempotencyKey: idempotencyKey() };
  const { redeemPoints } = await client.request(RedeemPointsDocument, { input });
  return `${level} ${redeemPoints.value?.amount.toFixed()}`;
}
