import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { argumentsOf, conditionOf, type Condition, type Read } from './arguments.ts';
import { INTROSPECTION_POINTS, MUTATION_POINTS, PRICES, type Price } from './prices.ts';

/** What an operation asks for, with all that can be known of its cost before its variables are. */
export interface Plan {
  /** The fields by what an object may turn out to be: one list where only one type is possible. */
  readonly branches: readonly (readonly PlannedField[])[];
}

export interface PlannedField {
  readonly key: string; // under which its answer stands
  readonly condition: Condition | null; // null: it is always asked for
  readonly args: Read;
  readonly price: Price;
  readonly extra: number; // points beside what `price` says
  readonly isList: boolean;
  readonly isPaged: boolean; // a connection: its arguments say how long the lists in it are
  readonly isOfPage: boolean; // a list in a connection
  readonly plan: Plan | null; // null: no objects
}

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;
const FREE: Price = {};

export function planOf(schema: GraphQLSchema, fragments: Fragments, operation: OperationDefinitionNode): Plan {
  const root = schema.getRootType(operation.operation);
  if (!root) return { branches: [] };
  return new Planner(schema, fragments, operation).plan(root, [operation.selectionSet]);
}

class Planner {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;
  readonly #defaults: OperationDefinitionNode;

  constructor(schema: GraphQLSchema, fragments: Fragments, operation: OperationDefinitionNode) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#defaults = operation;
  }

  plan(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): Plan {
    return { branches: this.#candidates(type, sets).map((each) => this.#fieldsOf(each, sets)) };
  }

  /** The types that are told apart in the text, and one that stands for all the others. */
  #candidates(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): readonly GraphQLObjectType[] {
    if (isObjectType(type)) return [type];
    const named = new Set(sets.flatMap((set) => this.#conditionsIn(set)));
    const possible = this.#schema.getPossibleTypes(type);
    const toldApart = possible.filter((each) => [...named].some((name) => this.#isOne(each, name)));
    const other = possible.find((each) => !toldApart.includes(each));
    return other ? [...toldApart, other] : toldApart;
  }

  #conditionsIn(set: SelectionSetNode): string[] {
    return set.selections.flatMap((node) => {
      if (node.kind === Kind.FIELD) return [];
      const part = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments[node.name.value] : node;
      if (!part) return [];
      return [...(part.typeCondition ? [part.typeCondition.name.value] : []), ...this.#conditionsIn(part.selectionSet)];
    });
  }

  #isOne(type: GraphQLObjectType, name: string): boolean {
    if (type.name === name) return true;
    const wider = this.#schema.getType(name);
    return isAbstractType(wider) && this.#schema.isSubType(wider, type);
  }

  #fieldsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): PlannedField[] {
    const found = new Map<string, { nodes: FieldNode[]; conditions: (Condition | null)[] }>();
    const collect = (set: SelectionSetNode, outer: Condition | null): void => {
      for (const node of set.selections) {
        const condition = both(outer, conditionOf(node, this.#defaults));
        if (node.kind === Kind.FIELD) {
          const key = node.alias?.value ?? node.name.value;
          const known = found.get(key) ?? { nodes: [], conditions: [] };
          found.set(key, known);
          known.nodes.push(node);
          known.conditions.push(condition);
          continue;
        }
        const part = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments[node.name.value] : node;
        const on = part?.typeCondition?.name.value;
        if (part && (on === undefined || this.#isOne(type, on))) collect(part.selectionSet, condition);
      }
    };
    for (const set of sets) collect(set, null);
    return [...found].flatMap(([key, { nodes, conditions }]) => {
      const field = this.#fieldOf(type, key, nodes, any(conditions));
      return field ? [field] : [];
    });
  }

  /** Null for a field that costs nothing. */
  #fieldOf(
    type: GraphQLObjectType,
    key: string,
    nodes: readonly FieldNode[],
    condition: Condition | null,
  ): PlannedField | null {
    const [node] = nodes as [FieldNode];
    const name = node.name.value;
    const blank = { key, condition, price: FREE, isList: false, isPaged: false, isOfPage: false, plan: null };
    if (name === '__schema' || name === '__type') return { ...blank, args: () => ({}), extra: INTROSPECTION_POINTS };
    const field: GraphQLField<unknown, unknown> | undefined = type.getFields()[name];
    if (!field) return null; // __typename
    const price = PRICES[type.name]?.[name] ?? FREE;
    const extra = type === this.#schema.getMutationType() ? MUTATION_POINTS : 0;
    const inner = getNamedType(field.type);
    if (!isCompositeType(inner) && price === FREE && extra === 0) return null;
    const isList = isListType(getNullableType(field.type));
    return {
      ...blank,
      price,
      extra,
      args: argumentsOf(field, node, this.#defaults),
      isList,
      isPaged: inner.name.endsWith('Connection'),
      isOfPage: isList && type.name.endsWith('Connection'),
      plan: isCompositeType(inner)
        ? this.plan(
            inner,
            nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
          )
        : null,
    };
  }
}

const both = (a: Condition | null, b: Condition | null): Condition | null =>
  a && b ? (variables) => a(variables) && b(variables) : (a ?? b);

const any = (conditions: readonly (Condition | null)[]): Condition | null =>
  conditions.includes(null) ? null : (variables) => conditions.some((each) => each!(variables));
