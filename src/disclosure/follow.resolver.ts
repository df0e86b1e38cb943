import { Arg, Ctx, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { Call } from '../access/call.ts';
import type { VisibleChange } from '../reviews/receipts.loaders.ts';
import { GradeChangeView } from '../reviews/receipts.schema.ts';
import { followChanges, shownChange } from './follow.ts';
import type { FollowedChange } from './followed-change.ts';

interface Args {
  readonly subjectIds?: readonly string[] | null;
}

@Resolver()
export class FollowResolver {
  @Subscription(() => GradeChangeView, {
    subscribe: ({ args, context }: { args: Args; context: Call }) => followChanges(context, args.subjectIds ?? null),
    description:
      "Each change of a subject's level from now on, as it is committed, in the order of `gradeChanges`, which has what was missed while nobody listened. Over WebSocket (graphql-transport-ws) at `/graphql`, or as server-sent events at `/graphql/stream`.",
  })
  gradeChanged(
    @Root() change: FollowedChange,
    @Ctx() call: Call,
    @Arg('subjectIds', () => [ID], {
      nullable: true,
      description:
        'Whom to follow, at most 100; unless given, all whom you may: shops and buyers themselves, partners all merchants and products.',
    })
    _subjectIds?: string[] | null,
  ): Promise<VisibleChange> {
    return shownChange(call, change);
  }
}
