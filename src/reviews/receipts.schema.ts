import { Field, Float, Int, ObjectType } from 'type-graphql';
import { GradeLevelEnum } from '../schema/grade-level.ts';
import { NodeView } from '../schema/node.ts';
import type { Snapshot } from './receipts.loaders.ts';

@ObjectType('ReversalReceipt', {
  implements: NodeView,
  simpleResolvers: true,
  description: 'Proof that something stopped counting, exactly, or counts again.',
})
export class ReversalReceiptView extends NodeView {
  @Field(() => Int, {
    description: 'How many entries of the ledger were reversed; of a restoration, how many came in again.',
  })
  reversedPostings!: number;

  @Field(() => Int, { description: 'How many credit points were taken or given back with it.' })
  pointsMoved!: number;
}

@ObjectType('GradeSnapshot', { simpleResolvers: true, description: "A subject's standing at one instant." })
export class GradeSnapshotView implements Snapshot {
  @Field(() => GradeLevelEnum, { description: 'Its level under the default policy.' })
  level!: string;

  @Field(() => Float, {
    nullable: true,
    description:
      'Its score, unrounded: for the subject itself and for the house. Null for others, and while it is not rated. The one before in `gradeChanged` is rounded.',
  })
  exactScore!: number | null;

  @Field(() => Float, { nullable: true, description: 'The average of its counted reviews, 1 to 5; null without any.' })
  ratingAverage!: number | null;

  @Field(() => Int, { nullable: true, description: 'How many reviews count; null if it was not kept.' })
  ratingCount!: number | null;
}

@ObjectType('GradeChange', { simpleResolvers: true, description: 'A subject that moved: before, and after.' })
export class GradeChangeView {
  @Field(() => GradeSnapshotView, { description: 'As it stood.' })
  before!: Snapshot;

  @Field(() => GradeSnapshotView, { description: 'As it stands since.' })
  after!: Snapshot;

  @Field(() => [String], {
    nullable: true,
    description:
      'Of `gradeChanged`, why it stands so since: the codes of `CreditGrade.reasons`, at most 4, the one that moves most first. For the subject itself and for the house; null for others, and in receipts.',
  })
  reasons!: readonly string[] | null;
}
