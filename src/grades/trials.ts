import type { Snapshot } from '../db/snapshot.ts';
import { kindNumber } from '../evidence/book.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { emptyTrial, tryPosting, type Trial, type TrialSetting } from '../scoring/trial.ts';
import { copiedId, readPostings } from './posting-copy.ts';
import { copyPostings, nextSubjects } from './trials.queries.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
const SUBJECTS_AT_ONCE = 200; // so few that what is read of them stays in the processor's cache: three times as fast as ten thousand
const POSTINGS_AT_ONCE = 200_000; // one subject may have more

/** A subject whose ledger has been read. */
export interface TriedSubject {
  readonly id: string;
  readonly trial: Trial;
}

/** Reads the ledgers of all subjects of a kind, a page of subjects at a time. */
export async function* trialsOf(
  snapshot: Snapshot,
  kind: SubjectKind,
  setting: TrialSetting,
): AsyncGenerator<readonly TriedSubject[]> {
  for await (const ids of pagesOf(snapshot, kind)) {
    const trials = new Map(ids.map((id) => [copiedId(id), emptyTrial(setting)]));
    await readPostings(copyPostings(snapshot, ids), (subject, posting) =>
      tryPosting(trials.get(subject)!, posting, setting),
    );
    yield ids.map((id) => ({ id, trial: trials.get(copiedId(id))! }));
  }
}

/** Ids of subjects whose postings fit into memory together. */
async function* pagesOf(snapshot: Snapshot, kind: SubjectKind): AsyncGenerator<readonly string[]> {
  let after = NIL;
  for (;;) {
    const found = await nextSubjects(snapshot, kindNumber(kind), after, SUBJECTS_AT_ONCE);
    const last = found.at(-1);
    if (!last) return;
    let page: string[] = [];
    let postings = 0;
    for (const subject of found) {
      if (page.length > 0 && postings + subject.postings > POSTINGS_AT_ONCE) {
        yield page;
        [page, postings] = [[], 0];
      }
      page.push(subject.id);
      postings += subject.postings;
    }
    yield page;
    after = last.id;
  }
}
