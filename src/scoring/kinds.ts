import { SUBJECT_KINDS, type SubjectKind } from '../kernel/subject.ts';

/** What a fact can mean for a subject, before any policy gives it a mass. */
export interface PostingKind {
  readonly code: number; // stored with the posting; never reused
  readonly subject: SubjectKind;
  readonly key: string; // unique within a subject kind
  readonly isDeal: boolean; // a finished deal: counts towards the orders that a rating needs
  readonly isReview: boolean; // weighed by its author's reliability
  readonly isOffence: boolean; // proven by a judgment; repeated, it weighs more and not less
}

const kind = (code: number, subject: SubjectKind, key: string, isDeal = false, isReview = false): PostingKind => ({
  code,
  subject,
  key,
  isDeal,
  isReview,
  isOffence: false,
});
const offence = (code: number, subject: SubjectKind, key: string): PostingKind => ({
  ...kind(code, subject, key),
  isOffence: true,
});

/** The registry. Codes are for ever: add at the end of a block, never renumber. */
export const POSTING_KINDS: readonly PostingKind[] = [
  kind(1, 'MERCHANT', 'ORDER_DELIVERED', true), // on time and without complaint
  kind(2, 'MERCHANT', 'LATE_DELIVERY', true),
  kind(3, 'MERCHANT', 'ORDER_COMPLAINED', true), // delivered, but a complaint took its good away
  kind(4, 'MERCHANT', 'LATE_HANDOVER'),
  kind(5, 'MERCHANT', 'CANCELLED_BY_SELLER'),
  kind(6, 'MERCHANT', 'DISPUTE_LOST'),
  kind(7, 'MERCHANT', 'REVIEW_5', false, true),
  kind(8, 'MERCHANT', 'REVIEW_4', false, true),
  kind(9, 'MERCHANT', 'REVIEW_3', false, true),
  kind(10, 'MERCHANT', 'REVIEW_2', false, true),
  kind(11, 'MERCHANT', 'REVIEW_1', false, true),
  kind(12, 'MERCHANT', 'RATING_POSITIVE', true, true), // a rating network's rating, w >= 0
  kind(13, 'MERCHANT', 'RATING_NEGATIVE', true, true),
  kind(14, 'MERCHANT', 'INSPECTION_FAILED'),
  kind(15, 'MERCHANT', 'COUNTERFEIT_PROVEN'),
  offence(16, 'MERCHANT', 'PAID_FOR_REVIEWS'),

  kind(32, 'BUYER', 'ORDER_KEPT', true), // paid and kept
  kind(33, 'BUYER', 'REVIEW_CONFIRMED'),
  kind(34, 'BUYER', 'LATE_PAYMENT'),
  kind(35, 'BUYER', 'UNPAID_ORDER'),
  kind(36, 'BUYER', 'UNFOUNDED_CLAIM'),
  kind(37, 'BUYER', 'CHARGEBACK_LOST'),
  offence(38, 'BUYER', 'FAKE_REVIEW_PROVEN'),

  kind(64, 'PRODUCT', 'ORDER_DELIVERED', true), // without complaint about the product
  kind(65, 'PRODUCT', 'ORDER_COMPLAINED', true), // refunded as defective or not as described
  kind(66, 'PRODUCT', 'REVIEW_5', false, true),
  kind(67, 'PRODUCT', 'REVIEW_4', false, true),
  kind(68, 'PRODUCT', 'REVIEW_3', false, true),
  kind(69, 'PRODUCT', 'REVIEW_2', false, true),
  kind(70, 'PRODUCT', 'REVIEW_1', false, true),
];

const byCode: (PostingKind | undefined)[] = []; // asked for every posting that is folded
for (const each of POSTING_KINDS) byCode[each.code] = each;
const byKey = new Map(POSTING_KINDS.map((each) => [`${each.subject}.${each.key}`, each]));
const bySubject = new Map(
  SUBJECT_KINDS.map((subject) => [subject, POSTING_KINDS.filter((each) => each.subject === subject)] as const),
);
const slots: (number | undefined)[] = [];
for (const layout of bySubject.values()) for (const [slot, { code }] of layout.entries()) slots[code] = slot;

export function postingKind(code: number): PostingKind {
  const found = byCode[code];
  if (!found) throw new RangeError(`no posting kind has the code ${code}`);
  return found;
}

export function kindOf(subject: SubjectKind, key: string): PostingKind {
  const found = byKey.get(`${subject}.${key}`);
  if (!found) throw new RangeError(`no posting kind ${key} for a ${subject}`);
  return found;
}

/** A subject kind's posting kinds in code order: the layout of its standings' arrays. */
export const kindsOf = (subject: SubjectKind): readonly PostingKind[] => bySubject.get(subject)!;

/** Where a kind stands in its subject kind's layout. */
export function slotOf(code: number): number {
  const slot = slots[code];
  if (slot === undefined) throw new RangeError(`no posting kind has the code ${code}`);
  return slot;
}
