import { ROLES, type Role } from '../kernel/role.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { Scope } from './scopes.ts';
import type { Terms } from './terms.ts';

export { ROLES, type Role };

/** Who calls. A BUYER or a MERCHANT stands for one subject. */
export interface Actor {
  readonly role: Role;
  /** Whom idempotency keys and audit rows belong to: "PUBLIC", "BUYER:b-1", "ADMIN:alice"; "PARTNER#" and an id for an API key. */
  readonly name: string;
  readonly subject: ActorSubject | null;
  /** What an API key is limited to; absent: by nothing but its role. */
  readonly scopes?: readonly Scope[];
  /** Which partner a PARTNER is, by its API key or by the name in its token; absent: none that we know. */
  readonly partnerId?: string;
  /** What that partner has agreed to. */
  readonly terms?: Terms;
  /** When the person behind it last proved to be that person, in ms since 1970; absent: not told. */
  readonly signedInAt?: number;
  /** That was so lately that what is sensitive may be done; absent: no. */
  readonly isFresh?: boolean;
}

export interface ActorSubject {
  readonly kind: Extract<SubjectKind, 'BUYER' | 'MERCHANT'>;
  readonly externalId: string;
  readonly id: string | null; // null: nothing is known of this subject yet
  /** It reads what is its own and changes nothing; absent: no. */
  readonly isFrozen?: boolean;
}

export const ANYONE: Actor = { role: 'PUBLIC', name: 'PUBLIC', subject: null };

const STAFF: readonly Role[] = ['MODERATOR', 'ADMIN', 'AUDITOR'];

/** Staff read everything that a person may be asked to judge. */
export const isStaff = ({ role }: Actor): boolean => STAFF.includes(role);

/** The marketplace itself: its back end, whatever its key is good for, and its staff. */
export const isMarketplace = (actor: Actor): boolean => actor.role === 'PLATFORM' || isStaff(actor);

/** Whoever of it may read what only the house may: an API key needs the scope for that. */
export const isHouse = (actor: Actor): boolean => isMarketplace(actor) && hasSome(actor, 'house:read');

/** It is good for one of these, or limited to nothing. */
export const hasSome = ({ scopes }: Actor, ...some: readonly Scope[]): boolean =>
  !scopes || some.some((scope) => scopes.includes(scope));

/** Those who watch what staff do. */
export const maySeeAudit = ({ role }: Actor): boolean => role === 'AUDITOR' || role === 'ADMIN';

/** The actor's own id as a subject of this kind; null for all others. */
export const ownId = ({ subject }: Actor, kind: SubjectKind): string | null =>
  subject?.kind === kind ? subject.id : null;

/** An API key of a partner that is limited to other things. */
export const lacksScope = ({ role, scopes }: Actor, scope: Scope): boolean =>
  role === 'PARTNER' && scopes !== undefined && !scopes.includes(scope);
