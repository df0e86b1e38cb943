import { isMarketplace, type Actor } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { isAboutConsent } from '../inquiries/consents.ts';
import { followedKinds, pull, pulled, recordingRefusals } from '../inquiries/pull.ts';
import { readGlobalId, type IdType } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { changeShownTo, type VisibleChange } from '../reviews/receipts.loaders.ts';
import type { SubjectRow } from '../schema/subject.ts';
import { feedOf } from './change-feed.ts';
import type { FollowedChange } from './followed-change.ts';
import type { Following } from './following.ts';
import { subjectById } from './subjects.ts';

export const MOST_SUBJECTS = 100;
const OPERATION = 'Subscription.gradeChanged';

/** Follows these subjects; null: all whom the caller may follow without naming one. */
export async function followChanges(call: Call, subjectIds: readonly string[] | null): Promise<Following> {
  const feed = feedOf(call.db.pool);
  if (subjectIds) {
    const subjects = await subjectsOf(call, subjectIds);
    const subjectKinds = [...new Set(subjects.map(({ kind }) => kind))];
    const followed = { subjectIds: subjects.map(({ id }) => id), kinds: null };
    return pull(call, { operation: OPERATION, subjectKinds }, () => feed.follow(followed));
  }
  const { subject } = call.actor;
  if (isOwnAlone(call.actor)) {
    if (!subject?.id) throw notFound();
    return feed.follow({ subjectIds: [subject.id], kinds: null });
  }
  const kinds = followedKinds(call);
  return pull(call, { operation: OPERATION, subjectKinds: kinds }, () => feed.follow({ subjectIds: null, kinds }));
}

/**
 * Whether this change may go to whoever calls now; to a partner, once the inquiry is written down. What was named and may be seen no more
 * is refused, and ends it; of all the others it is left out.
 */
export const mayHave = (call: Call, { followed }: Following, change: FollowedChange): Promise<boolean> =>
  recordingRefusals(call, OPERATION, {}, async () => {
    try {
      const subject = await change.subjectFor(call);
      if (!subject || !mayFollow(call.actor, subject)) throw notFound();
      await pulled(call, subject, { operation: OPERATION, taken: 'CHANGE' }, () => undefined);
      return true;
    } catch (error) {
      if (followed.subjectIds || !(isNotFound(error) || isAboutConsent(error))) throw error;
      return false;
    }
  });

const isNotFound = (error: unknown): boolean => error instanceof Refusal && error.kind === 'NOT_FOUND';

/** As the caller may see it; it was found that there is something to see. */
export async function shownChange(call: Call, change: FollowedChange): Promise<VisibleChange> {
  const subject = await change.subjectFor(call);
  if (!subject) throw notFound();
  return changeShownTo(call.actor, subject, change);
}

/** Shops and buyers follow themselves and what is theirs. */
const isOwnAlone = ({ role }: Actor): boolean => role === 'BUYER' || role === 'MERCHANT';

function mayFollow(actor: Actor, subject: SubjectRow & { readonly merchantId?: string }): boolean {
  if (isMarketplace(actor) || actor.role === 'PARTNER') return true; // whether a partner may pull it is asked there
  const own = isOwnAlone(actor) ? (actor.subject?.id ?? null) : null;
  return own !== null && (subject.id === own || subject.merchantId === own);
}

async function subjectsOf(call: Call, ids: readonly string[]): Promise<SubjectRow[]> {
  const distinct = new Set(ids);
  if (distinct.size === 0) throw refused('SUBJECT_IDS_EMPTY', 'Name at least one subject, or leave `subjectIds` out.');
  if (distinct.size > MOST_SUBJECTS)
    throw refused('TOO_MANY_IDS', `At most ${MOST_SUBJECTS} \`subjectIds\` at once; these are ${distinct.size}.`);
  return Promise.all(
    [...distinct].map(async (text) => {
      const { type, ids } = readGlobalId(text);
      const kind = KINDS[type];
      if (!kind) throw refused('ID_OF_ANOTHER_TYPE', `This is an id of type ${type}: no subject that is graded.`);
      const subject = await subjectById(call, kind, ids[0]!);
      if (!subject || !mayFollow(call.actor, subject)) throw notFound();
      return subject;
    }),
  );
}

const KINDS: Partial<Readonly<Record<IdType, SubjectKind>>> = {
  Merchant: 'MERCHANT',
  Buyer: 'BUYER',
  Product: 'PRODUCT',
};

const refused = (code: string, message: string) => new Refusal('INVALID', code, message, ['subjectIds']);

const notFound = () =>
  new Refusal('NOT_FOUND', 'SUBJECT_NOT_FOUND', 'There is no such subject that you may follow.', ['subjectIds']);
