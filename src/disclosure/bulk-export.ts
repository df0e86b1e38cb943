import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isStaff, type Actor } from '../access/actor.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { Level } from '../scoring/levels.ts';
import { holderOf } from './holder.ts';

export const EXPORT_STATUSES = ['QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED', 'EXPIRED'] as const;
export type ExportStatus = (typeof EXPORT_STATUSES)[number];

/** Whether there is still something to be done about it. */
export const isUnderWay = ({ status }: { readonly status: ExportStatus }): boolean =>
  status === 'QUEUED' || status === 'RUNNING';

/**
 * The grades of all subjects of a kind, to be written to a file. Its coordinates are fixed when it is asked for, so that it can be
 * written in several goes: what it says of a subject is the same whoever writes it, and when.
 */
export const BulkExport = defineEntity({
  name: 'BulkExport',
  tableName: 'bulk_export',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    id: p.uuid().primary(),
    owner: p.text(),
    slot: p.smallint(),
    status: p.text().$type<ExportStatus>(),
    subjectKind: p.text().$type<SubjectKind>(),
    policyId: p.uuid(),
    levels: p.type('text[]').$type<Level[]>().nullable(), // null: all
    asOf: p.datetime(),
    knownAt: p.datetime(),
    isOfNow: p.boolean(), // as of when it was asked for: standings tell most of it
    changesAfter: p.bigint('number'), // the place in the log of changes after which nothing is in it
    subjects: p.bigint('number').nullable(), // to be looked at; null until it began
    seen: p.bigint('number'),
    written: p.bigint('number'),
    bytes: p.bigint('number'),
    errorCode: p.text().nullable(),
    requestedAt: p.datetime(),
    startedAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
    expiresAt: p.datetime().nullable(),
  },
});
export type BulkExport = InferEntity<typeof BulkExport>;

/** Whoever asked for it; staff see all. */
const visibleTo = (actor: Actor) => (isStaff(actor) ? {} : { owner: holderOf(actor) });
