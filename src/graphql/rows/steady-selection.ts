import {
  getNamedType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { Permissions } from '../../access/rules.ts';
import type { SteadyField, SteadyFields } from '../../feature.ts';

/** What may be asked of rows whose answers are kept. */
export interface Steadiness {
  readonly fields: SteadyFields;
  readonly permissions: Permissions;
}

/** The steady fields that a selection asks of a row itself; null where it asks for anything that is not steady, or not open to all. */
export function steadyFieldsOf(
  known: Steadiness,
  document: DocumentNode,
  type: GraphQLObjectType,
  set: SelectionSetNode,
): readonly SteadyField[] | null {
  const found: SteadyField[] = [];
  return isSteady(known, document, type, set, (field) => found.push(field)) ? found : null;
}

function isSteady(
  known: Steadiness,
  document: DocumentNode,
  type: GraphQLObjectType,
  set: SelectionSetNode,
  note: (field: SteadyField) => void,
): boolean {
  return set.selections.every((node) => {
    if (node.directives && node.directives.length > 0) return false;
    if (node.kind === Kind.FIELD) return isSteadyField(known, document, type, node, note);
    const part = node.kind === Kind.INLINE_FRAGMENT ? node : fragmentOf(document, node.name.value);
    const isSame = part?.typeCondition === undefined || part.typeCondition.name.value === type.name;
    return part !== undefined && isSame && isSteady(known, document, type, part.selectionSet, note);
  });
}

function isSteadyField(
  known: Steadiness,
  document: DocumentNode,
  type: GraphQLObjectType,
  { name: { value: name }, arguments: args = [], selectionSet }: FieldNode,
  note: (field: SteadyField) => void,
): boolean {
  if (name === '__typename') return true;
  const steady = known.fields[type.name]?.[name];
  if (!steady || args.length > 0 || known.permissions[type.name]?.[name]?.openBecause === undefined) return false;
  note(steady);
  if (!selectionSet) return true;
  const inner = getNamedType(type.getFields()[name]!.type);
  return isObjectType(inner) && isSteady(known, document, inner, selectionSet, note);
}

const fragmentOf = (document: DocumentNode, name: string) =>
  document.definitions.find((node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name) as
    | Extract<DocumentNode['definitions'][number], { kind: Kind.FRAGMENT_DEFINITION }>
    | undefined;
