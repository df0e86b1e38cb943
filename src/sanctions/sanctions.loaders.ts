import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { buyerById } from '../buyers/buyers.loaders.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { Refusal } from '../kernel/refusal.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import { noticedIn } from '../reviews/reports.loaders.ts';
import type { SubjectRow } from '../schema/subject.ts';
import { conductInForce, conductOf } from './conduct.loaders.ts';
import { stepsFor } from './ladder.commands.ts';
import type { LadderStep } from './ladder.ts';
import { checkedGround } from './sanction.checks.ts';
import { mayReadReasons, Sanction } from './sanction.ts';
import { sanctionable } from './sanctionable.ts';
import { statementOf, type DecisionOrigin, type StatementOfReasons } from './statement.ts';

/** Null for one that the caller may not see. */
export const sanctionById = (call: Call, subjectId: string, id: string) => byKey(call, `${subjectId}/${id}`);

const byKey = loader(
  async ({ em }, keys: readonly string[]) => {
    const asked = keys.map((key) => ({ subjectId: key.slice(0, 36), id: key.slice(37) }));
    const found = await em.find(Sanction, { $or: asked });
    return found.map((row) => Object.assign(row, { __typename: 'Sanction' as const }));
  },
  ({ subjectId, id }) => `${subjectId}/${id}`,
);

/** Those of a subject that the caller may see, the last one first. */
export async function sanctionsOf(
  { em }: Call,
  { id: subjectId }: SubjectRow,
  args: PageArguments,
): Promise<Connection<Sanction>> {
  const page = pageOf(args, ['uuid']);
  const after = page.after?.[0] as string | undefined;
  const rows = await em.find(
    Sanction,
    { subjectId, ...(after !== undefined && { id: { $lt: after } }) },
    { orderBy: { id: 'desc' }, limit: page.size + 1 },
  );
  return connectionOf(rows, page, ({ id }) => [id]);
}

/** Whoever sees a measure may know whom it is against. */
export async function subjectOf(call: Call, { subjectKind, subjectId }: Sanction): Promise<SubjectRow> {
  const found = await (subjectKind === 'MERCHANT' ? merchantById(call, subjectId) : buyerById(call, subjectId));
  if (!found) throw new Error(`a sanction is against ${subjectKind} ${subjectId}, who is not there`);
  return found;
}

export const statementOfReasons = async (call: Call, sanction: Sanction): Promise<StatementOfReasons> =>
  statementOf(sanction, await conductOf(call, sanction.conductVersion), await originOf(call, sanction));

/** What stands alone is about no review: nobody's notice of it is kept here. */
async function originOf(call: Call, { decisionId }: Sanction): Promise<DecisionOrigin | null> {
  if (decisionId == null) return null;
  return (await noticedIn(call, decisionId)).length > 0 ? 'NOTICE' : 'OWN_INITIATIVE';
}

/** The reasons; for those whom they do not concern, the ground alone. */
export async function statementFor(call: Call, sanction: Sanction): Promise<string> {
  if (mayReadReasons(call.actor, sanction)) return sanction.statement;
  return (await statementOfReasons(call, sanction)).groundText.en;
}

/** What the ladder would ask for now. */
export async function nextSanction(
  call: Call,
  asked: { readonly subjectId: string; readonly ground: string; readonly count: number },
): Promise<LadderStep> {
  const { kind: subjectKind, id: subjectId } = await sanctionable(call, asked.subjectId);
  const ground = checkedGround((await conductInForce(call.sql, call.now)).conduct, asked.ground);
  if (asked.count < 1) throw new Refusal('INVALID', 'COUNT_OUT_OF_RANGE', '`count` is at least 1.', ['count']);
  const offences = [{ ground, count: asked.count }];
  const offender = { subjectKind, subjectId, offences };
  return (await stepsFor(call.sql, call.now, [offender]))[0]!;
}
