import type { Call } from '../access/call.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { SignedGrade, type SignedState } from './signed-grade.ts';

/** Of a subject, the last one first. */
export async function signedGradesOf(
  { em, now }: Call,
  subjectId: string,
  state: SignedState | null,
  args: PageArguments,
): Promise<Connection<SignedGrade>> {
  const page = pageOf(args, ['uuid']);
  const after = page.after?.[0] as string | undefined;
  const rows = await em.find(
    SignedGrade,
    { subjectId, ...(after !== undefined && { id: { $lt: after } }), ...(state && inState(state, new Date(now))) },
    { orderBy: { id: 'desc' }, limit: page.size + 1 },
  );
  return connectionOf(rows, page, ({ id }) => [id]);
}

function inState(state: SignedState, now: Date) {
  if (state === 'REVOKED') return { revokedAt: { $ne: null } };
  return { revokedAt: null, validUntil: state === 'VALID' ? { $gt: now } : { $lte: now } };
}
