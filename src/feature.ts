import type { GraphQLFieldResolver } from 'graphql';
import type { Call } from './access/call.ts';
import type { Permissions } from './access/rules.ts';
import type { Ids, IdType } from './kernel/global-id.ts';

/** Finds rows by the parts of their ids: those that may be seen, null for the others. It is asked one by one, and must batch. */
export type FindNode<T extends IdType> = (call: Call, ids: Ids<T>) => Promise<{ readonly __typename: T } | null>;

/** As `FindNode`, by the platform's own id. */
export type FindNamed<T extends IdType> = (
  call: Call,
  externalId: string,
) => Promise<{ readonly __typename: T } | null>;

/** What a room brings to the front door. */
export interface Feature {
  readonly name: string;
  /** Classes with `@Resolver`. */
  readonly resolvers: readonly ResolverClass[];
  /** Of these, fields that are resolved thousands of times a second, by type and name: what type-graphql puts around them costs more than they do. */
  readonly plain?: Readonly<Record<string, Readonly<Record<string, Plain>>>>;
  /** By type and name, fields that say the same whoever asks until their row's subject moves: a storefront's answer is put together of them. */
  readonly steady?: SteadyFields;
  /** For each type and field that the resolvers add, who may read it. */
  readonly permissions: Permissions;
  /** How `node(id:)` finds what is the room's own. */
  readonly nodes?: { readonly [T in IdType]?: FindNode<T> };
  /** How other subgraphs of a federation find what they know by the platform's own id. */
  readonly named?: { readonly [T in IdType]?: FindNamed<T> };
}

/** Takes the arguments as GraphQL gives them: an object without a class. */
type Plain = GraphQLFieldResolver<never, Call>;

export type SteadyFields = Readonly<Record<string, Readonly<Record<string, SteadyField>>>>;

/** What else a field's answer hangs on, beside the row that it is of; nothing, where nothing is said. Asked without arguments, and never by partners. */
export interface SteadyField {
  /** By which rules it is answered now; null where that cannot be told at once. */
  readonly under?: (call: Call) => string | null;
  /** For how long before and after `call.now` time alone does not change it, ms. */
  readonly holdsMs?: (call: Call, row: never) => number;
}

type ResolverClass = new () => object;
