import { isRecord, Rejection, shown, type Fields } from './checks.ts';
import { PLATFORM_EVENTS, type EventReader } from './checks-events.ts';
import { canonicalJson, contentHashOf } from './checks-hash.ts';
import { externalId } from './checks-text.ts';
import { instant } from './checks-time.ts';
import type { Envelope, MarketEvent } from './event.ts';

/** Sources of our own file imports: an outsider that used one could take the identity of a row. */
const RESERVED_SOURCE = 'import:';

/**
 * One CloudEvent 1.0 in its normal form, or why it is not taken. Attributes that the specification lets a sender add are
 * ignored; unknown fields of the data are refused. `time` may be a Date, as GraphQL's DateTime reads it.
 */
export function parseCloudEvent(raw: unknown, now: number): Envelope | Rejection {
  if (!isRecord(raw)) return new Rejection('EVENT_INVALID', `an event must be an object, not ${shown(raw)}`);
  const flaw = flawOfAttributes(raw);
  if (flaw) return flaw;
  const id = readId(raw, 'id', now);
  if (id instanceof Rejection) return id;
  const source = readId(raw, 'source', now);
  if (source instanceof Rejection) return source;
  if (source.startsWith(RESERVED_SOURCE))
    return new Rejection('SOURCE_RESERVED', `sources that begin with ${RESERVED_SOURCE} are those of imported files`);
  if (raw['time'] === undefined || raw['time'] === null)
    return new Rejection('FIELD_MISSING', 'time is missing', 'time');
  const time = instant.check(raw['time'], 'time', now);
  if (time instanceof Rejection) return time;

  const { type, data } = raw;
  const missing = type === undefined || type === null ? 'type' : data === undefined || data === null ? 'data' : null;
  if (missing) return new Rejection('FIELD_MISSING', `${missing} is missing`, missing);
  const reader = typeof type === 'string' ? PLATFORM_EVENTS.get(type) : undefined;
  if (!reader) return new Rejection('EVENT_TYPE_UNKNOWN', `${shown(type)} is not a type of event`, 'type');
  const event = readEvent(reader, String(type), data, time, now);
  if (event instanceof Rejection) return event;
  const canonical = `{"data":${canonicalJson(data)},"time":${time},"type":"${event.type}"}`;
  return { source, id, contentHash: contentHashOf(canonical), events: [event], mayGrow: false };
}

function flawOfAttributes({ specversion, datacontenttype }: Fields): Rejection | null {
  if ((specversion ?? '1.0') !== '1.0')
    return new Rejection(
      'SPEC_VERSION_UNKNOWN',
      `specversion is ${shown(specversion)}, but must be "1.0"`,
      'specversion',
    );
  const contentType = datacontenttype ?? 'application/json';
  if (typeof contentType !== 'string' || !/^application\/json\b/i.test(contentType))
    return new Rejection(
      'CONTENT_TYPE_UNKNOWN',
      `datacontenttype is ${shown(datacontenttype)}, but must be application/json`,
      'datacontenttype',
    );
  return null;
}

function readId(raw: Fields, name: string, now: number): string | Rejection {
  const value = raw[name];
  if (value === undefined || value === null) return new Rejection('FIELD_MISSING', `${name} is missing`, name);
  return externalId.check(value, name, now);
}

/** Data of the type, as the event that happened at `time` unless the data know better. */
export function readEvent(
  { reader, rule }: EventReader,
  type: string,
  data: unknown,
  time: number,
  now: number,
): MarketEvent | Rejection {
  const into: { at: number | null; type: string } & Record<string, unknown> = { at: time, type };
  const read = reader.read(data, '', now, into);
  if (read instanceof Rejection) return read;
  into.at ??= time;
  const event = into as unknown as MarketEvent; // its reader has set every key of its type
  return rule?.(event) ?? event;
}
