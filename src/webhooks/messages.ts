import { globalId } from '../kernel/global-id.ts';
import type { EventType, ToldKind } from './event-types.ts';
import type { Message, NoteRow } from './fan-out.queries.ts';
import type { Names } from './names.ts';

type Payload = NoteRow['payload'];
type Data = Readonly<Record<string, unknown>>;

/** Of measures the public is told these, of merchants; the others are theirs and the house's to know. */
const PUBLIC_SANCTIONS: readonly unknown[] = ['SUSPENSION', 'REMOVAL', 'PUBLIC_NOTICE'];

const text = (value: unknown): string => String(value);

const sanction = ({ sanctionId, subjectId, kind, ground, points, endsAt }: Payload): Data => ({
  sanctionId: globalId('Sanction', text(subjectId), text(sanctionId)),
  kind,
  ground,
  points,
  endsAt,
});

const appeal = ({ appealId, about, outcome = null, dueAt = null }: Payload): Data => ({
  appealId: globalId('Appeal', text(appealId)),
  about,
  outcome,
  dueAt,
});

const restoredReview = ({ merchantId, reviewId, productId }: Payload, names: Names): Data => ({
  reviewId: globalId('Review', text(merchantId), text(reviewId)),
  externalId: names.review(reviewId),
  product: names.subject(productId),
});
const review = (payload: Payload, names: Names): Data => ({
  ...restoredReview(payload, names),
  ground: payload['ground'],
});

const restoredOrder = ({ merchantId, orderId, externalId }: Payload): Data => ({
  orderId: globalId('Order', text(merchantId), text(orderId)),
  externalId,
});

const points = ({ subjectId, transferId, points: moved, pending, balance }: Payload): Data => ({
  entryId: globalId('PointsEntry', text(subjectId), text(transferId)),
  points: moved,
  pending,
  balance,
});

/** What is told of each type, beside its subject: ids, levels and numbers; no name, no text that a person wrote. */
const DATA: Readonly<Record<EventType, (payload: Payload, names: Names) => Data>> = {
  'grade.changed': ({ policyId, before, after, cause }, names) => ({
    before,
    after,
    cause,
    policy: names.policy(policyId),
  }),
  'review.voided': review,
  'review.restored': restoredReview,
  'review.reported': review,
  'order.voided': (payload) => ({ ...restoredOrder(payload), ground: payload['ground'] }),
  'order.restored': restoredOrder,
  'suspicion.opened': ({ merchantId, suspicionId, kind, probability, outcome, reviews, orders }) => ({
    suspicionId: globalId('Suspicion', text(merchantId), text(suspicionId)),
    kind,
    probability,
    outcome,
    reviews,
    orders,
  }),
  'sanction.imposed': sanction,
  'sanction.lifted': sanction,
  'sanction.annulled': sanction,
  'appeal.filed': appeal,
  'appeal.decided': appeal,
  'points.earned': points,
  'points.deducted': points,
  'points.adjusted': points,
  'points.redeemed': points,
  'points.expired': points,
  'points.forfeited': points,
  'points.reversed': points,
  'points.vested': points,
};

/** What the marketplace is told beside it, which may read why a grade is what it is. Notes of long ago do not say. */
const FOR_HOUSE: Readonly<Partial<Record<EventType, (payload: Payload) => Data>>> = {
  'grade.changed': ({ reasons }) => (Array.isArray(reasons) ? { reasons } : {}),
};

/** Whether partners may know at all. Of people they are told the grade alone, and that with consent. */
function isOpenTo(subjectKind: ToldKind, type: EventType, payload: Payload): boolean {
  if (type === 'grade.changed') return true;
  if (subjectKind === 'BUYER') return false;
  const isPublicReview = type === 'review.voided' || type === 'review.restored';
  return isPublicReview || (type.startsWith('sanction.') && PUBLIC_SANCTIONS.includes(payload['kind']));
}

/** What is said of a note; null where its subject is no more, or a later version of us left it. The text is what is signed, so it is made once and kept. */
export function messageOf(note: NoteRow, names: Names): Message | null {
  const { id, kind: type, subjectId, payload, createdAt: occurredAt } = note;
  const subject = names.subject(subjectId);
  if (!subject || !Object.hasOwn(DATA, type)) return null;
  const data = { subject, ...DATA[type](payload, names) };
  const more = FOR_HOUSE[type]?.(payload);
  return {
    id,
    type,
    subjectKind: subject.kind,
    subjectId,
    isOpen: isOpenTo(subject.kind, type, payload),
    occurredAt,
    body: bodyOf(type, occurredAt, data),
    houseBody: more ? bodyOf(type, occurredAt, { ...data, ...more }) : null,
  };
}

/** As Standard Webhooks has it: `timestamp` is when it happened; when it is sent is told by a header. */
export const bodyOf = (type: string, occurredAt: Date, data: Data): string =>
  JSON.stringify({ type, timestamp: occurredAt.toISOString(), data });
