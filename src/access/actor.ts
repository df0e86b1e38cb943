import type { SubjectKind } from '../kernel/subject.ts';

export const ROLES = ['PUBLIC', 'BUYER', 'MERCHANT', 'PARTNER', 'PLATFORM', 'MODERATOR', 'ADMIN', 'AUDITOR'] as const;
export type Role = (typeof ROLES)[number];

/** Who calls. A BUYER or a MERCHANT stands for one subject. */
export interface Actor {
  readonly role: Role;
  /** Whom idempotency keys and audit rows belong to: "PUBLIC", "BUYER:b-1", "ADMIN:alice". */
  readonly name: string;
  readonly subject: ActorSubject | null;
}

export interface ActorSubject {
  readonly kind: Extract<SubjectKind, 'BUYER' | 'MERCHANT'>;
  readonly externalId: string;
  readonly id: string | null; // null: nothing is known of this subject yet
}

export const ANYONE: Actor = { role: 'PUBLIC', name: 'PUBLIC', subject: null };

const STAFF: readonly Role[] = ['MODERATOR', 'ADMIN', 'AUDITOR'];

/** Staff read everything that a person may be asked to judge. */
export const isStaff = ({ role }: Actor): boolean => STAFF.includes(role);

/** The marketplace itself: its back end and its staff. */
export const isHouse = (actor: Actor): boolean => actor.role === 'PLATFORM' || isStaff(actor);

/** The actor's own id as a subject of this kind; null for all others. */
export const ownId = ({ subject }: Actor, kind: SubjectKind): string | null =>
  subject?.kind === kind ? subject.id : null;
