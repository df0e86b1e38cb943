import type { Purpose } from '../access/terms.ts';
import type { Reader } from '../db/tx.ts';
import { consentKey, consentsHeld } from '../inquiries/pushed.ts';
import { allowedNow, type Allowed } from '../partners/allowed-now.ts';
import { SCOPE_FOR, TEST_TYPE, type EventType } from './event-types.ts';
import type { Message } from './fan-out.queries.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';

/** Who would be told. Without a partner it is the marketplace itself, which may know everything. */
export interface Recipient {
  readonly partnerId: string | null;
  readonly purpose: Purpose | null;
}

type Told = Pick<Message, 'type' | 'subjectKind' | 'subjectId' | 'isOpen'>;

/** What partners may be told at a moment. */
export interface Authority {
  readonly mayBeTold: (recipient: Recipient, message: Told) => boolean;
  readonly allowed: ReadonlyMap<string, Allowed>; // by partner
}

/** About all pairs that are in question, in two statements. Asked when something happens, and again when it is sent. */
export async function authorityFor(
  sql: Reader,
  recipients: readonly Recipient[],
  messages: readonly Told[],
  now: number,
): Promise<Authority> {
  const partners = recipients.flatMap(({ partnerId, purpose }) =>
    partnerId !== null && purpose !== null ? [{ partnerId, purpose }] : [],
  );
  const allowed = await allowedNow(
    sql,
    partners.map(({ partnerId }) => partnerId),
    now,
  );
  const buyers = messages.filter(({ subjectKind, isOpen }) => subjectKind === 'BUYER' && isOpen);
  const asked = partners
    .filter(({ partnerId }) => allowed.get(partnerId)?.terms.subjectKinds.includes('BUYER'))
    .flatMap((partner) => buyers.map(({ subjectId }) => ({ subjectId, ...partner })));
  const consents = await consentsHeld(sql, asked, now);
  return {
    allowed,
    mayBeTold: ({ partnerId, purpose }, { type, subjectKind, subjectId, isOpen }) => {
      if (partnerId === null || purpose === null) return true;
      const partner = allowed.get(partnerId);
      if (type === TEST_TYPE) return partner?.scopes.has('webhooks:write') ?? false;
      if (!partner || !isOpen || subjectKind === null || !isWithin(partner, type, subjectKind, purpose)) return false;
      return subjectKind !== 'BUYER' || consents.has(consentKey({ subjectId, partnerId, purpose }));
    },
  };
}

/** Those of its types of which an endpoint would be told nothing now, whatever happens: its owner may not know of them. */
export const withheldTypes = (
  allowed: Allowed | null,
  { eventTypes, subjectKinds, purpose }: Pick<WebhookEndpoint, 'eventTypes' | 'subjectKinds' | 'purpose'>,
): EventType[] =>
  eventTypes.filter(
    (type) => !allowed || !purpose || !subjectKinds.some((kind) => isWithin(allowed, type, kind, purpose)),
  );

/** Its keys have the scope, and its terms the kind and the purpose. */
function isWithin(
  { scopes, terms }: Allowed,
  type: string,
  subjectKind: NonNullable<Told['subjectKind']>,
  purpose: Purpose,
): boolean {
  const scope = SCOPE_FOR[type as EventType];
  return (
    scope !== undefined &&
    scopes.has(scope) &&
    terms.subjectKinds.includes(subjectKind) &&
    terms.purposes.includes(purpose)
  );
}
