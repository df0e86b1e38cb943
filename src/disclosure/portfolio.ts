import type { Call } from '../access/call.ts';
import { gradeOfSubject, ruledBy, type AnyGrade } from '../grades/grade.ts';
import { isAboutConsent } from '../inquiries/consents.ts';
import { pulledAll, recordingRefusals } from '../inquiries/pull.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { SubjectRow } from '../schema/subject.ts';
import { subjectByExternalId } from './subjects.ts';

const MOST_AT_ONCE = 1_000;
const OPERATION = 'Query.grades';

/** A grade, null where the subject is not known, or why a partner does not get it. */
export type PortfolioElement = AnyGrade | Refusal | null;
interface Graded {
  readonly subject: SubjectRow | null;
  readonly element: PortfolioElement;
}

/** In the order of the ids. It takes two statements, whatever their number; for a partner two more, and one if they are of buyers. */
export async function portfolioGrades(
  call: Call,
  subjectKind: SubjectKind,
  externalIds: readonly string[],
  policy: string | null,
): Promise<PortfolioElement[]> {
  const asked = {
    operation: OPERATION,
    taken: 'GRADE',
    scope: 'grades:read',
    subjectKinds: [subjectKind],
    policy,
  } as const;
  const graded = await pulledAll(call, asked, () => gradesOf(call, subjectKind, externalIds, policy), handedOut);
  return graded.map(({ element }) => element);
}

function gradesOf(
  call: Call,
  kind: SubjectKind,
  externalIds: readonly string[],
  policy: string | null,
): Awaitable<Graded[]> {
  if (externalIds.length > MOST_AT_ONCE) throw tooMany(externalIds.length);
  const gradeOf = async (externalId: string): Promise<Graded> => {
    const subject = await subjectByExternalId(call, kind, externalId);
    return { subject, element: subject && (await gradeOfSubject(call, subject, { policy })) };
  };
  const answered = (externalId: string) => recordingRefusals(call, OPERATION, {}, () => gradeOf(externalId));
  return Promise.all(externalIds.map((externalId) => answered(externalId).catch(inItsPlace)));
}

/** What is missing of one buyer keeps nobody from the others. */
function inItsPlace(error: unknown): Graded {
  if (isAboutConsent(error)) return { subject: null, element: error };
  throw error;
}

const handedOut = (graded: readonly Graded[]) =>
  graded.flatMap(({ subject, element }) =>
    subject && element && !(element instanceof Refusal) ? [{ ...subject, policy: ruledBy(element) }] : [],
  );

const tooMany = (count: number): Refusal =>
  new Refusal('INVALID', 'TOO_MANY_IDS', `At most ${MOST_AT_ONCE} \`externalIds\` at once; these are ${count}.`, [
    'externalIds',
  ]);
