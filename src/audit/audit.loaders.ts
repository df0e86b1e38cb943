import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { Refusal } from '../kernel/refusal.ts';
import { placesOf, placesOfEvents } from './audit.queries.ts';
import { AuditEvent } from './audit-event.ts';

/** Null for those who may not see it. */
export const auditEventById = (call: Call, [id]: readonly [id: string]) => byId(call, id);

const byId = loader(
  async ({ em }, ids: readonly string[]) =>
    (await em.find(AuditEvent, { id: [...ids] })).map((event) =>
      Object.assign(event, { __typename: 'AuditEvent' as const }),
    ),
  ({ id }) => id,
);

export interface AuditTrail extends PageArguments {
  readonly actor?: string | null;
  readonly operation?: string | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
}

/** The last first. */
export async function auditTrail({ em }: Call, args: AuditTrail): Promise<Connection<AuditEvent>> {
  const page = pageOf(args, ['uuid']);
  const { actor, operation, from, to } = args;
  if (from && to && from > to)
    throw new Refusal('INVALID', 'RANGE_INVALID', '`from` must not be after `to`.', ['from']);
  const after = page.after?.[0] as string | undefined;
  const [first, beyond] = [from && firstIdOf(from), to && firstIdOf(to)];
  const found = await em.find(
    AuditEvent,
    {
      ...(actor != null && { actor: storable(actor) }),
      ...(operation != null && { operation: storable(operation) }),
      $and: [
        first ? { id: { $gte: first } } : {},
        beyond ? { id: { $lt: beyond } } : {},
        after ? { id: { $lt: after } } : {},
      ],
    },
    { orderBy: { id: 'desc' }, limit: page.size + 1 },
  );
  return connectionOf(found, page, ({ id }) => [id]);
}

const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

const UUID_TIME_DIGITS = 12; // 48 bits of milliseconds

/** Ids are UUIDv7: they begin with the instant. What is before 1970 is before all of them. */
function firstIdOf(instant: Date): string {
  const time = Math.max(0, instant.getTime()).toString(16).padStart(UUID_TIME_DIGITS, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}

/** The place of an event in the log; null while it waits for it. */
export const placeOfEvent = async (call: Call, eventId: string): Promise<string | null> =>
  textOf(await eventPlace(call, eventId));

const eventPlace = loader(
  ({ sql }, ids: readonly string[]) => placesOfEvents(sql, ids),
  ({ eventId }) => eventId,
);

/** The place in the log of the event that made this, such as a receipt; null while it waits for it, and where none did. */
export const placeOfMade = async (call: Call, madeId: string): Promise<string | null> =>
  textOf(await madePlace(call, madeId));

const madePlace = loader(
  ({ sql }, ids: readonly string[]) => placesOf(sql, ids),
  ({ madeId }) => madeId,
);

const textOf = (found: { readonly index: number } | null): string | null =>
  found === null ? null : String(found.index);
