import { groupLoader } from '../access/loader.ts';
import { Qualification } from './qualification.ts';

const MOST_OF_A_PAGE = 10_000; // of a hundred merchants with a hundred each

/** The last word on each qualification of a subject, in the order of their keys; of what the caller may see. */
export const qualificationsOf = groupLoader(
  ({ em }, subjectIds: readonly string[]) =>
    em.find(
      Qualification,
      { subjectId: [...subjectIds], replacedAt: null },
      { orderBy: { key: 'asc' }, limit: MOST_OF_A_PAGE },
    ),
  ({ subjectId }) => subjectId,
);
