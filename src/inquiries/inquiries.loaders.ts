import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import type { Partner } from '../partners/partner.ts';
import { inquiriesAbout } from './inquiries.queries.ts';
import { GradeInquiry } from './inquiry.ts';
import { pullsLeft, type PullsLeft } from './meter.ts';
import { metersOf } from './meter.queries.ts';

/** Null for one that the caller may not see. */
export const inquiryById = (call: Call, [subjectId, id]: readonly [string, string]) =>
  byKey(call, `${subjectId}/${id}`);

const byKey = loader(
  async ({ em }, keys: readonly string[]) => {
    const asked = keys.map((key) => ({ subjectId: key.slice(0, 36), id: key.slice(37) }));
    const found = await em.find(GradeInquiry, { $or: asked });
    return found.map((row) => Object.assign(row, { __typename: 'GradeInquiry' as const }));
  },
  ({ subjectId, id }) => `${subjectId}/${id}`,
);

/** About a subject whose inquiries the caller may see, the last one first. A partner sees its own. */
export async function inquiriesOf(
  { sql, actor }: Call,
  subjectId: string,
  args: PageArguments,
): Promise<Connection<GradeInquiry>> {
  const page = pageOf(args, ['uuid']);
  const before = (page.after?.[0] as string | undefined) ?? null;
  if (actor.role === 'PARTNER' && actor.partnerId === undefined) return connectionOf([], page, ({ id }) => [id]);
  const rows = await inquiriesAbout(sql, subjectId, actor.partnerId ?? null, before, page.size + 1);
  return connectionOf(rows, page, ({ id }) => [id]);
}

const meterOf = loader(
  ({ sql }, partnerIds: readonly string[]) => metersOf(sql, partnerIds),
  ({ partnerId }) => partnerId,
);

export const pullsLeftOf = async (call: Call, partner: Partner): Promise<PullsLeft> =>
  pullsLeft(await meterOf(call, partner.id), partner, call.now);
