import type { Call } from '../access/call.ts';
import { gradeOfSubject, type AnyGrade } from '../grades/grade.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { pull } from './pull.ts';
import { subjectByExternalId } from './subjects.ts';

const MOST_AT_ONCE = 1_000;

/** In the order of the ids, null where one is not known. It takes two statements, whatever their number. */
export const portfolioGrades = (
  call: Call,
  subjectKind: SubjectKind,
  externalIds: readonly string[],
  policy: string | null,
): Promise<(AnyGrade | null)[]> =>
  pull(call, { operation: 'Query.grades', subjectKinds: [subjectKind], subjects: externalIds }, () => {
    if (externalIds.length > MOST_AT_ONCE) throw tooMany(externalIds.length);
    const gradeOf = async (externalId: string): Promise<AnyGrade | null> => {
      const subject = await subjectByExternalId(call, subjectKind, externalId);
      return subject && gradeOfSubject(call, subject, { policy });
    };
    return Promise.all(externalIds.map(gradeOf));
  });

const tooMany = (count: number): Refusal =>
  new Refusal('INVALID', 'TOO_MANY_IDS', `At most ${MOST_AT_ONCE} \`externalIds\` at once; these are ${count}.`, [
    'externalIds',
  ]);
