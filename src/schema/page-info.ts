import { Directive, Field, ObjectType } from 'type-graphql';

/** Other subgraphs of a federation have one, too. */
@Directive('@shareable')
@ObjectType('PageInfo', { simpleResolvers: true, description: 'Where a page of a list stands among the others.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'There is more after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'There is more before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Give it as `before` for the page before; null on an empty page.',
  })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Give it as `after` for the next page; null on an empty page.' })
  endCursor!: string | null;
}
