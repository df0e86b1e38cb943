import { copiedId } from '../db/copied-rows.ts';
import type { Snapshot } from '../db/snapshot.ts';
import { kindNumber } from '../evidence/book.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { emptyTrial, tryPosting, type Trial, type TrialSetting } from '../scoring/trial.ts';
import { readPostings } from './posting-copy.ts';
import { copyPostings, nextSubjects } from './trials.queries.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
const SUBJECTS_AT_ONCE = 5_000;
const POSTINGS_AT_ONCE = 400_000; // which the database sorts in memory; one subject may have more

/** What is done with the subjects of a page. */
export interface PageWork {
  /** With each, once its whole ledger is read; in no order. The trial is not kept. */
  take(id: string, trial: Trial): void;
  /** After the last of them. */
  finish?(): Promise<void>;
}

/** Reads the ledgers of all subjects of a kind, a page of subjects at a time; while one page is read, the database sorts the next. */
export async function tryAll(
  snapshot: Snapshot,
  kind: SubjectKind,
  setting: TrialSetting,
  begin: (ids: readonly string[]) => Promise<PageWork>,
): Promise<void> {
  let [copier, other] = snapshot.copiers;
  let current: OpenPage | undefined;
  for await (const ids of pagesOf(snapshot, kind)) {
    const next = { ids, chunks: copyPostings(copier, ids) };
    if (current) await readPage(current, setting, await begin(current.ids));
    current = next;
    [copier, other] = [other, copier];
  }
  if (current) await readPage(current, setting, await begin(current.ids));
}

interface OpenPage {
  readonly ids: readonly string[];
  readonly chunks: AsyncIterable<Buffer>;
}

async function readPage({ ids, chunks }: OpenPage, setting: TrialSetting, work: PageWork): Promise<void> {
  const waiting = new Map(ids.map((id) => [copiedId(id), id])); // those of whom nothing has been read
  let current = { subject: '', id: '', trial: emptyTrial(setting) };
  await readPostings(chunks, (subject, posting) => {
    if (subject !== current.subject) {
      if (current.id !== '') work.take(current.id, current.trial);
      current = { subject, id: waiting.get(subject)!, trial: emptyTrial(setting) };
      waiting.delete(subject);
    }
    tryPosting(current.trial, posting, setting);
  });
  if (current.id !== '') work.take(current.id, current.trial);
  for (const id of waiting.values()) work.take(id, emptyTrial(setting));
  await work.finish?.();
}

/** Ids of subjects whose postings are read together. */
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
