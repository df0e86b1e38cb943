import type { ApolloServerPlugin, GraphQLRequestContextExecutionDidStart } from '@apollo/server';
import {
  Kind,
  OperationTypeNode,
  isInputType,
  isNonNullType,
  typeFromAST,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Call } from '../../access/call.ts';
import { coercerOf, UNSURE, type Coerce } from './coerce.ts';

/** The scalar that takes whatever it is given. */
const ANYTHING = 'JSON';

type Values = Readonly<Record<string, unknown>>;

interface Variable {
  readonly name: string;
  readonly coerce: Coerce;
  readonly mayBeAbsent: boolean; // and is then left out
}

/** An operation whose variables are read before graphql-js sees them. */
interface Prepared {
  readonly variables: readonly Variable[];
  /** The document, but that its variables may be anything: they have their types already. */
  readonly document: DocumentNode;
}

/**
 * Reads the variables of mutations by `coerce.ts`. Whatever that is not sure of goes to graphql-js as it came, so that every complaint is
 * worded by it. While the operation runs its context has the other document; all who come before and after see what was sent.
 */
export function swiftVariables(schema: GraphQLSchema): ApolloServerPlugin<Call> {
  const prepared = new WeakMap<OperationDefinitionNode, Prepared>();
  const preparedOf = (operation: OperationDefinitionNode, document: DocumentNode) => {
    let known = prepared.get(operation);
    if (!known) prepared.set(operation, (known = prepare(schema, operation, document)));
    return known;
  };
  const executionDidStart = async (context: GraphQLRequestContextExecutionDidStart<Call>) => {
    const { document, request } = context;
    const operation = context.operation as OperationDefinitionNode | undefined; // none of the name that was asked for
    if (operation?.operation !== OperationTypeNode.MUTATION || !operation.variableDefinitions?.length) return undefined;
    const known = preparedOf(operation, document);
    const values = valuesOf(known.variables, request.variables ?? {});
    if (!values) return undefined;
    Object.assign(context, { document: known.document, request: { ...request, variables: values } });
    return { executionDidEnd: async () => void Object.assign(context, { document, request }) };
  };
  return { requestDidStart: async () => ({ executionDidStart }) };
}

function prepare(schema: GraphQLSchema, operation: OperationDefinitionNode, document: DocumentNode): Prepared {
  const variables = operation.variableDefinitions!.map(({ variable, type: node, defaultValue }) => {
    const type = typeFromAST(schema, node);
    const coerce: Coerce = isInputType(type) ? coercerOf(type) : () => UNSURE;
    return { name: variable.name.value, coerce, mayBeAbsent: !defaultValue && !isNonNullType(type) };
  });
  const definitions = document.definitions.map((each) => (each === operation ? withAnything(operation) : each));
  return { variables, document: { ...document, definitions } };
}

/** Null: one of them is not plainly right. */
function valuesOf(variables: readonly Variable[], given: Values): Values | null {
  const values: Record<string, unknown> = {};
  for (const { name, coerce, mayBeAbsent } of variables) {
    const isGiven = Object.hasOwn(given, name);
    if (!isGiven && mayBeAbsent) continue;
    const coerced = isGiven ? coerce(given[name]) : UNSURE;
    if (coerced === UNSURE) return null;
    values[name] = coerced;
  }
  return values;
}

const withAnything = (operation: OperationDefinitionNode): OperationDefinitionNode => ({
  ...operation,
  variableDefinitions: operation.variableDefinitions!.map((definition) => ({
    ...definition,
    type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: ANYTHING } },
  })),
});
