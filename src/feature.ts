import type { Call } from './access/call.ts';
import type { Permissions } from './access/rules.ts';
import type { Ids, IdType } from './kernel/global-id.ts';

/** Finds rows by the parts of their ids: those that may be seen, null for the others. It is asked one by one, and must batch. */
export type FindNode<T extends IdType> = (call: Call, ids: Ids<T>) => Promise<{ readonly __typename: T } | null>;

/** What a room brings to the front door. */
export interface Feature {
  readonly name: string;
  /** Classes with `@Resolver`. */
  readonly resolvers: readonly ResolverClass[];
  /** For each type and field that the resolvers add, who may read it. */
  readonly permissions: Permissions;
  /** How `node(id:)` finds what is the room's own. */
  readonly nodes?: { readonly [T in IdType]?: FindNode<T> };
}

type ResolverClass = new () => object;
