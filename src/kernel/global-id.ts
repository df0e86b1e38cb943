import { Refusal } from './refusal.ts';

/** What has an id of its own in the API, and of how many UUIDs that id is made: those about a merchant carry the merchant's first. */
export const ID_PARTS = {
  Merchant: 1,
  Buyer: 1,
  Product: 1,
  Order: 2,
  Review: 2,
  ReversalReceipt: 2,
  PointsEntry: 2,
  PointsHold: 2,
  Excuse: 1,
  GradeCredential: 2,
  BulkExport: 1,
  Suspicion: 2,
  AuditEvent: 1,
  Sanction: 2,
  Inspection: 2,
  Proposal: 1,
  Penalty: 1,
  Appeal: 1,
  Partner: 1,
  ApiKey: 1,
  Consent: 2,
  GradeInquiry: 2,
  WebhookEndpoint: 1,
  WebhookDelivery: 2,
} as const satisfies Record<string, 1 | 2>;
export type IdType = keyof typeof ID_PARTS;
export type Ids<T extends IdType> = (typeof ID_PARTS)[T] extends 1 ? [id: string] : [merchantId: string, id: string];

/** An id as the API shows it: opaque, and unique over all types. The text of one and the same id is always the same. */
export function globalId<T extends IdType>(type: T, ...ids: Ids<T>): string {
  return Buffer.from(`${type}:${ids.join(':')}`, 'latin1').toString('base64url');
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The longest id that we make, with room to spare; what is longer is not looked at. */
const MAX_LENGTH = 200;

/** `field`: the path of the input that it came in, for the refusal. */
export function readGlobalId(text: string, ...field: readonly string[]): { type: IdType; ids: string[] } {
  if (text.length <= MAX_LENGTH) {
    const [type, ...ids] = Buffer.from(text, 'base64url').toString('latin1').split(':');
    if (isIdType(type) && ids.length === ID_PARTS[type] && ids.every((id) => UUID.test(id)) && isCanonical(text))
      return { type, ids };
  }
  const message = 'This is not an id of ours. Take ids from the `id` fields of answers.';
  throw new Refusal('INVALID', 'ID_INVALID', message, pathOf(field));
}

/** The UUIDs of an id that must be of the given type. */
export function idsOf<T extends IdType>(type: T, text: string, ...field: readonly string[]): Ids<T> {
  const id = readGlobalId(text, ...field);
  if (id.type === type) return id.ids as Ids<T>;
  const message = `This is an id of type ${id.type}, but ${type} is asked for.`;
  throw new Refusal('INVALID', 'ID_OF_ANOTHER_TYPE', message, pathOf(field));
}

const pathOf = (field: readonly string[]) => (field.length > 0 ? field : null);

const isIdType = (text: string | undefined): text is IdType => text !== undefined && Object.hasOwn(ID_PARTS, text);

/** Base64 decoders forgive much (padding, spaces, stray bits), so that many texts would name one row. */
const isCanonical = (text: string): boolean => Buffer.from(text, 'base64url').toString('base64url') === text;
