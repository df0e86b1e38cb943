import { ArgsType, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import type { Connection, PageArguments } from '../kernel/page.ts';
import { PageInfo } from './page-info.ts';

/** Paging forwards. */
@ArgsType()
export class ForwardPageArgs implements PageArguments {
  @Field(() => Int, { nullable: true, description: 'How many at most, from the start of the list: 1 to 100, else 20.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what comes after this cursor.' })
  after?: string | null;
}

/** Paging both ways. */
@ArgsType()
export class PageArgs extends ForwardPageArgs {
  @Field(() => Int, { nullable: true, description: 'How many at most, from the end of the list: 1 to 100.' })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what comes before this cursor.' })
  before?: string | null;
}

/** The GraphQL type of a list by pages: `name` + Connection, with its Edge. */
export function connectionType<Row extends object>(name: string, node: () => ClassType): ClassType<Connection<Row>> {
  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: `One of a list, with its place in it.` })
  class EdgeView {
    @Field(() => String, { description: 'Its place in the list, for `after` and `before`. Opaque.' })
    cursor!: string;

    @Field(node, { description: 'What stands there.' })
    node!: Row;
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: 'A list, page by page.' })
  class ConnectionView implements Connection<Row> {
    @Field(() => [EdgeView], { description: 'This page, each with its cursor.' })
    edges!: EdgeView[];

    @Field(() => [node()], { description: 'This page, without cursors.' })
    nodes!: Row[];

    @Field(() => PageInfo, { description: 'What comes before and after this page.' })
    pageInfo!: PageInfo;
  }
  return ConnectionView;
}
