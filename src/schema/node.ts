import { Field, ID, InterfaceType } from 'type-graphql';

/** For the `id` of each node, which a resolver makes of the row's own. */
export const NODE_ID = { description: 'Opaque, unique over all types, and never given to anything else.' };

@InterfaceType('Node', { description: 'Whatever has an id of its own and can be asked for by it.' })
export abstract class NodeView {
  @Field(() => ID, NODE_ID)
  id!: string;
}
