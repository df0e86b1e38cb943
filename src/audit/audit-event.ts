import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { maySeeAudit, type Actor } from '../access/actor.ts';

/** A line of the audit log: what a member of staff did, or what was refused to somebody. Rows are added, and never changed. */
export const AuditEvent = defineEntity({
  name: 'AuditEvent',
  tableName: 'audit_event',
  filters: {
    visible: {
      name: 'visible',
      default: true,
      cond: ({ actor }: { actor: Actor }) => (maySeeAudit(actor) ? {} : { id: null }),
    },
  },
  properties: {
    id: p.uuid().primary(),
    at: p.datetime(),
    actor: p.text(),
    role: p.text().nullable(), // null: a part of the house itself
    operation: p.text(),
    subjects: p.array().$type<string[]>(),
    details: p.json<Record<string, string | number | boolean>>(),
    note: p.text().nullable(), // null: none was given, or it was taken out
    outcome: p.text().$type<'DONE' | 'REFUSED'>(),
    code: p.text().nullable(),
    times: p.integer(),
    requestId: p.text().nullable(),
  },
});
export type AuditEvent = InferEntity<typeof AuditEvent>;
