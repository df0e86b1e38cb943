import type { Scope } from '../access/scopes.ts';
import type { SubjectKind } from '../kernel/subject.ts';

/** What can be told, by the names of the notes that it is made of. */
export const EVENT_TYPES = [
  'grade.changed',
  'review.voided',
  'review.restored',
  'review.reported',
  'order.voided',
  'order.restored',
  'suspicion.opened',
  'sanction.imposed',
  'sanction.lifted',
  'sanction.annulled',
  'appeal.filed',
  'appeal.decided',
  'points.earned',
  'points.deducted',
  'points.adjusted',
  'points.redeemed',
  'points.expired',
  'points.forfeited',
  'points.reversed',
  'points.vested',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** What `sendTestEvent` sends. Nobody can ask for it, and nobody is spared it. */
export const TEST_TYPE = 'webhook.test';

/** The kinds of subjects that something can happen to. */
export const TOLD_KINDS = ['MERCHANT', 'BUYER', 'PRODUCT'] as const satisfies readonly SubjectKind[];
export type ToldKind = (typeof TOLD_KINDS)[number];

/** What a partner's key must be good for. Of what is not here, partners are told nothing. */
export const SCOPE_FOR: Readonly<Partial<Record<EventType, Scope>>> = {
  'grade.changed': 'grades:history', // as the feed `gradeChanges`
  'review.voided': 'reviews:read',
  'review.restored': 'reviews:read',
  'sanction.imposed': 'grades:read',
  'sanction.lifted': 'grades:read',
  'sanction.annulled': 'grades:read',
};

export const PARTNER_TYPES = EVENT_TYPES.filter((type) => SCOPE_FOR[type] !== undefined);

/** The types that `points.*`, or a name itself, stands for; none where there is none. */
export const typesFor = (pattern: string): readonly EventType[] =>
  EVENT_TYPES.filter((type) => type === pattern || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))));
