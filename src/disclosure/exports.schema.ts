import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import type { SubjectKind } from '../kernel/subject.ts';
import { graphqlEnum } from '../schema/enum.ts';
import { GradeLevelEnum } from '../schema/grade-level.ts';
import { NodeView } from '../schema/node.ts';
import { connectionType, ForwardPageArgs } from '../schema/page.ts';
import { DateTimeScalar, SafeIntScalar } from '../schema/scalars.ts';
import { SubjectKindEnum } from '../schema/subject.ts';
import { RefusalView, UserErrorView } from '../schema/user-error.ts';
import type { Level } from '../scoring/levels.ts';
import type { BulkExport, ExportStatus } from './bulk-export.ts';

export const ExportStatusEnum = graphqlEnum<ExportStatus>('BulkExportStatus', 'Where a bulk export stands.', {
  QUEUED: 'It waits for its turn.',
  RUNNING: 'It is being written.',
  DONE: 'It can be fetched, until `expiresAt`.',
  FAILED: 'It could not be written; `errorCode` tells why.',
  CANCELLED: 'It was cancelled.',
  EXPIRED: 'Its time is over, and its file is gone.',
});

@ObjectType('BulkExport', {
  implements: NodeView,
  simpleResolvers: true,
  description:
    'The grades of all subjects of a kind in one file of JSON lines: `kind`, `externalId`, `level`, `score`, `interval` {low, high}, `postings`, `distinctCounterparties` and `since`, as in `CreditGrade`. All are as of one moment.',
})
export class BulkExportView extends NodeView {
  @Field(() => ExportStatusEnum, { description: 'Where it stands.' })
  status!: ExportStatus;

  @Field(() => SubjectKindEnum, { description: 'Whose grades are in it.' })
  subjectKind!: SubjectKind;

  @Field(() => [GradeLevelEnum], { nullable: true, description: 'Only these levels are in it; null: all.' })
  levels?: readonly Level[] | null;

  @Field(() => DateTimeScalar, { description: 'What had happened by then is in it.' })
  asOf!: Date;

  @Field(() => DateTimeScalar, { description: 'As far as it was known then: when the export was asked for.' })
  knownAt!: Date;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: 'How many subjects there are to look at; null until it began.',
  })
  subjects?: number | null;

  @Field(() => SafeIntScalar, { description: 'How many of them were looked at.' })
  seen!: number;

  @Field(() => SafeIntScalar, { description: 'How many lines were written: those of the levels asked for.' })
  written!: number;

  @Field(() => SafeIntScalar, { description: 'How long the file is so far, in bytes.' })
  bytes!: number;

  @Field(() => String, { nullable: true, description: 'Why it failed; null unless it did.' })
  errorCode?: string | null;

  @Field(() => String, {
    description: 'Who asked for it: PARTNER: and the id of a partner, else the caller as the audit log names it.',
  })
  owner!: string;

  @Field(() => DateTimeScalar, { description: 'When it was asked for.' })
  requestedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its writing began; null while it waits.' })
  startedAt?: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was done, failed or was cancelled; null before.',
  })
  endedAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when it can be fetched; null until it is done.' })
  expiresAt?: Date | null;
}

export const BulkExportConnection = connectionType<BulkExport>('BulkExport', () => BulkExportView);

@ArgsType()
export class BulkExportsArgs extends ForwardPageArgs {
  @Field(() => ExportStatusEnum, { nullable: true, description: 'Only those that stand so; all, if not given.' })
  status?: ExportStatus | null;
}

@ObjectType('BulkExportLink', { simpleResolvers: true, description: 'Where an export can be fetched.' })
export class BulkExportLinkView {
  @Field(() => String, {
    description:
      'The address, by GET. Whoever has it may fetch: keep it to yourself. A download that broke off can be gone on with by `Range`.',
  })
  url!: string;

  @Field(() => DateTimeScalar, {
    description: 'Until when the link is good: a quarter of an hour. Ask again for another.',
  })
  endsAt!: Date;
}

@InputType({ description: 'Which grades are exported.' })
export class StartBulkExportInput {
  @Field(() => SubjectKindEnum, { description: 'Of which subjects.' })
  subjectKind!: SubjectKind;

  @Field(() => String, {
    nullable: true,
    description: 'By which policy, as in `Subject.grade`; `default`, if not given.',
  })
  policy?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'What had happened by then; now, if not given. Not before 1995.',
  })
  asOf?: Date | null;

  @Field(() => [GradeLevelEnum], { nullable: true, description: 'Only these levels; all, if not given.' })
  levels?: Level[] | null;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@InputType({ description: 'Which export is cancelled.' })
export class CancelBulkExportInput {
  @Field(() => ID, { description: 'The export.' })
  exportId!: string;

  @Field(() => String, {
    description: 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.',
  })
  idempotencyKey!: string;
}

@ObjectType('BulkExportPayload', { simpleResolvers: true, description: 'What became of an export.' })
export class BulkExportPayload {
  @Field(() => BulkExportView, { nullable: true, description: 'The export; null when it was refused.' })
  export?: BulkExport | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}
