import type { Call } from '../access/call.ts';
import { refreshed } from '../access/loader.ts';
import { gradeOfSubject, ruledBy, type AnyGrade } from '../grades/grade.ts';
import { isAboutConsent } from '../inquiries/consents.ts';
import type { Subject } from '../inquiries/enter.ts';
import { pulledAll, recordRefusal } from '../inquiries/pull.ts';
import { allOf, andThen, type Awaitable } from '../kernel/awaitable.ts';
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

async function gradesOf(
  call: Call,
  kind: SubjectKind,
  externalIds: readonly string[],
  policy: string | null,
): Promise<Graded[]> {
  if (externalIds.length > MOST_AT_ONCE) throw tooMany(externalIds.length);
  await refreshed(call); // from then on what is remembered is at hand, without a promise for each
  const gradeOf = (subject: SubjectRow | null): Awaitable<Graded> =>
    subject === null
      ? { subject, element: null }
      : andThen(gradeOfSubject(call, subject, { policy }), (element) => ({ subject, element }));
  return allOf(
    externalIds.map((externalId) =>
      inItsPlace(call, () => andThen(subjectByExternalId(call, kind, externalId), gradeOf)),
    ),
  );
}

/** What is missing of one buyer keeps nobody from the others. */
function inItsPlace(call: Call, work: () => Awaitable<Graded>): Awaitable<Graded> {
  const missing = (error: unknown): Graded => {
    if (!isAboutConsent(error)) throw error;
    recordRefusal(call, OPERATION, {}, error);
    return { subject: null, element: error };
  };
  try {
    const graded = work();
    return graded instanceof Promise ? graded.catch(missing) : graded;
  } catch (error) {
    return missing(error);
  }
}

function handedOut(graded: readonly Graded[]): Subject[] {
  const subjects: Subject[] = [];
  for (const { subject, element } of graded)
    if (subject && element && !(element instanceof Refusal))
      subjects.push({ id: subject.id, kind: subject.kind, policy: ruledBy(element) });
  return subjects;
}

const tooMany = (count: number): Refusal =>
  new Refusal('INVALID', 'TOO_MANY_IDS', `At most ${MOST_AT_ONCE} \`externalIds\` at once; these are ${count}.`, [
    'externalIds',
  ]);
