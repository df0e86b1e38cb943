import { createHash, randomBytes } from 'node:crypto';
import { readGlobalId } from '../kernel/global-id.ts';
import { newId } from '../kernel/ids.ts';
import { sortedJson } from './sorted-json.ts';
import type { Reader } from './tx.ts';

/** Whose deeds are entered in the audit log: the roles of staff. */
export const AUDITED_ROLES: readonly string[] = ['MODERATOR', 'ADMIN', 'AUDITOR'];

export type Scalar = string | number | boolean;

/** Something to be entered in the audit log. No text in it but the note may be about a person. */
export interface AuditEntry {
  readonly at: number; // ms since 1970
  readonly actor: string;
  readonly role: string | null; // null: of a part of the house itself
  readonly operation: string; // a mutation's name, "Type.field" of what was refused, or a command
  readonly subjects: readonly string[]; // what it was about: "Review:…:…"
  readonly details: Readonly<Record<string, Scalar>>;
  readonly note: string | null; // why, in the actor's own words
  readonly outcome: 'DONE' | 'REFUSED';
  readonly code: string | null; // why it was refused
  readonly times: number; // how often within its minute
  readonly madeId: string | null; // of what was made
  readonly input: unknown; // kept as a salted digest only; undefined: there was none
  readonly requestId: string | null;
}

const MOST_NOTE = 5_000; // characters: no longer statement is taken anywhere
const SALT_BYTES = 16;

export const saltedDigest = (salt: Buffer, text: string): Buffer =>
  createHash('sha256').update(salt).update(text).digest();

/** Entered with the change that they tell of: both are saved, or neither. They get their place in the log soon after. */
export async function enterAudit(tx: Reader, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(
    'audit.enter',
    `with entered as (
       insert into audit_event (id, at, actor, role, operation, subjects, details, note, outcome, code, times, made_id,
                                request_id, salt, note_digest, input_digest)
       select id, at, actor, role, operation, array(select jsonb_array_elements_text(subjects)), details, note, outcome, code, times,
              made_id, request_id, decode(salt, 'hex'), decode(note_digest, 'hex'), decode(input_digest, 'hex')
         from jsonb_to_recordset($1) as given (id uuid, at timestamptz, actor text, role text, operation text, subjects jsonb,
           details jsonb, note text, outcome text, code text, times int, made_id uuid, request_id text, salt text,
           note_digest text, input_digest text)
       returning id)
     insert into audit_queue (event_id) select id from entered`,
    [JSON.stringify(entries.map(rowOf))],
  );
}

function rowOf({ input, note: said, madeId, requestId, at, ...rest }: AuditEntry): Record<string, unknown> {
  const note = said === null ? null : storable(said.slice(0, MOST_NOTE));
  const salt = randomBytes(SALT_BYTES);
  const digestOf = (text: string) => saltedDigest(salt, text).toString('hex');
  return {
    ...rest,
    id: newId(at),
    at: new Date(at),
    note,
    made_id: madeId,
    request_id: requestId,
    salt: salt.toString('hex'),
    note_digest: note === null ? null : digestOf(note),
    input_digest: input === undefined ? null : digestOf(sortedJson(input)),
  };
}

/** As `jsonb` demands. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

/** Who does something, and when; a `Call` is one. */
export interface Doer {
  readonly actor: { readonly name: string; readonly role?: string };
  readonly now: number;
  readonly requestId?: string | null;
}

const recorded = new WeakMap<object, Set<string>>();

/** Whether the doer's operation is in the log: for the door, which sees to it that none is forgotten. */
export const isEntered = (doer: object, operation: string): boolean => recorded.get(doer)?.has(operation) ?? false;

/** Enters what a member of staff does; nothing for others. */
export async function enterDeed(
  tx: Reader,
  doer: Doer,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  answer: unknown,
): Promise<void> {
  if (AUDITED_ROLES.includes(doer.actor.role ?? '')) await enterAudit(tx, [deedOf(doer, operation, input, answer)]);
}

/** The door asks after the deed; a repeat is one that was entered before. */
export function markEntered(doer: object, operation: string): void {
  const operations = recorded.get(doer);
  if (operations) operations.add(operation);
  else recorded.set(doer, new Set([operation]));
}

export const deedOf = (
  { actor, now, requestId }: Doer,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  answer: unknown,
): AuditEntry => ({
  at: now,
  actor: actor.name,
  role: actor.role ?? null,
  operation,
  ...toldBy(input),
  outcome: 'DONE',
  code: null,
  times: 1,
  madeId: typeof answer === 'string' && UUID.test(answer) ? answer : null,
  input,
  requestId: requestId ?? null,
});

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What our enums and codes look like, and nothing that a person would write. */
const ENUM_VALUE = /^[A-Z][A-Z0-9_]{1,63}$/;
const MOST_SUBJECTS = 1_000;

/** What of an input may stand in the log: whom it is about, its numbers, choices and instants, and the words that say why. */
export function toldBy(input: Readonly<Record<string, unknown>>): Pick<AuditEntry, 'subjects' | 'details' | 'note'> {
  const details: Record<string, Scalar> = {};
  for (const [name, value] of Object.entries(input)) {
    if (value instanceof Date) details[name] = value.toISOString();
    else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) details[name] = value;
    else if (typeof value === 'string' && ENUM_VALUE.test(value) && name !== 'idempotencyKey') details[name] = value;
  }
  const note = [input['note'], input['statement'], input['explanation']].find((each) => typeof each === 'string');
  return { subjects: [...new Set(idsIn(input))].slice(0, MOST_SUBJECTS), details, note: (note as string) ?? null };
}

/** Every id of ours in it, as "Type:uuid". */
function idsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(idsIn);
  if (typeof value !== 'string' || value.length < MIN_ID_LENGTH) return [];
  try {
    const { type, ids } = readGlobalId(value);
    return [`${type}:${ids.join(':')}`];
  } catch {
    return [];
  }
}

const MIN_ID_LENGTH = 50; // a type's name and a UUID in base64url are longer
