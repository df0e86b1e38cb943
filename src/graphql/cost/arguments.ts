import {
  Kind,
  valueFromASTUntyped,
  type FieldNode,
  type GraphQLField,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValueNode,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;
export type Condition = (variables: Variables) => boolean;
export type Read = (variables: Variables) => Readonly<Record<string, unknown>>;
type ReadValue = (variables: Variables) => unknown;

/** The arguments of a field as its text, its variables and its defaults give them: not yet checked. */
export function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  operation: OperationDefinitionNode,
): Read {
  const fixed: Record<string, unknown> = {};
  for (const { name, defaultValue } of field.args) if (defaultValue !== undefined) fixed[name] = defaultValue;
  const open: [name: string, read: ReadValue][] = [];
  for (const { name, value } of node.arguments ?? []) {
    if (hasVariable(value)) open.push([name.value, valueOf(value, operation)]);
    else fixed[name.value] = valueFromASTUntyped(value);
  }
  if (open.length === 0) return () => fixed;
  return (variables) => {
    const args = { ...fixed };
    for (const [name, read] of open) {
      const value = read(variables);
      if (value !== undefined) args[name] = value;
    }
    return args;
  };
}

/** Whether @skip and @include leave a field or fragment in; null where there is neither. */
export function conditionOf(node: SelectionNode, operation: OperationDefinitionNode): Condition | null {
  const conditions = (node.directives ?? []).flatMap(({ name, arguments: args }): Condition[] => {
    const value = args?.find((each) => each.name.value === 'if')?.value;
    if (!value || (name.value !== 'skip' && name.value !== 'include')) return [];
    const [read, wanted] = [valueOf(value, operation), name.value === 'include'];
    return [(variables) => (read(variables) === true) === wanted];
  });
  return conditions.length === 0 ? null : (variables) => conditions.every((each) => each(variables));
}

function valueOf(value: ValueNode, operation: OperationDefinitionNode): ReadValue {
  if (value.kind === Kind.VARIABLE) {
    const name = value.name.value;
    const definition = operation.variableDefinitions?.find((each) => each.variable.name.value === name);
    const otherwise = definition?.defaultValue && valueFromASTUntyped(definition.defaultValue);
    return (variables) => (Object.hasOwn(variables, name) ? variables[name] : otherwise);
  }
  if (value.kind === Kind.LIST) {
    const items = value.values.map((each) => valueOf(each, operation));
    return (variables) => items.map((read) => read(variables));
  }
  if (value.kind === Kind.OBJECT) {
    const fields = value.fields.map((each) => [each.name.value, valueOf(each.value, operation)] as const);
    return (variables) => Object.fromEntries(fields.map(([name, read]) => [name, read(variables)]));
  }
  const constant = valueFromASTUntyped(value);
  return () => constant;
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  return value.kind === Kind.OBJECT && value.fields.some((field) => hasVariable(field.value));
}
