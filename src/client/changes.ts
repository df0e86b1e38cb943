import type { Ask } from './ask.ts';
import { GradeChangesDocument, type GradeChangesQuery } from './generated/documents.ts';
import type { RequestOptions } from './settings.ts';
import { pause } from './waiting.ts';

type Edge = GradeChangesQuery['gradeChanges']['edges'][number];

/** A change of a grade, with its place in the log: give that as `after` to go on behind it. */
export type Change = Edge['node'] & { readonly cursor: string };

export interface FollowOptions extends Omit<RequestOptions, 'isRepeatable'> {
  /** Behind which change to begin: the cursor of one, or `changesCursor` of an export. The oldest that is kept, if not given. */
  readonly after?: string | null;
  /** How many at once: 1 to 100. */
  readonly first?: number;
  /** How long to wait for more where there is none. 5 s, if not given. */
  readonly intervalMs?: number;
}

const MOST_AT_ONCE = 100;
const INTERVAL_MS = 5_000;

export async function* followChanges(
  request: Ask,
  { after = null, first = MOST_AT_ONCE, intervalMs = INTERVAL_MS, ...options }: FollowOptions = {},
): AsyncGenerator<Change, void> {
  const { signal } = options;
  try {
    for (let isMore = true; ;) {
      if (!isMore) await pause(intervalMs, signal);
      signal?.throwIfAborted();
      const { gradeChanges } = await request(GradeChangesDocument, { after, first }, options);
      for (const { cursor, node } of gradeChanges.edges) yield { ...node, cursor };
      after = gradeChanges.pageInfo.endCursor ?? after;
      isMore = gradeChanges.pageInfo.hasNextPage;
    }
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
  }
}
