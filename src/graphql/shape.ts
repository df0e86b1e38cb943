import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** How large a query may be, whatever it asks. */
export const LIMITS = { depth: 12, breadth: 30, aliases: 30, directives: 8 } as const;

/** A selection with the fragments in it, as if they were written out. */
interface Shape {
  readonly depth: number; // fields within fields
  readonly breadth: number; // fields side by side; of the document, at its root
  readonly aliases: number;
  readonly directives: number;
}
const EMPTY: Shape = { depth: 0, breadth: 0, aliases: 0, directives: 0 };

/** Refuses queries that are too deep or repeat too much, in one walk, before any of it is run. */
export const shapeRule = (context: ValidationContext): ASTVisitor => ({
  Document(document) {
    const shape = shapeOf(document);
    for (const name of Object.keys(LIMITS) as (keyof Shape)[]) {
      if (shape[name] > LIMITS[name]) context.reportError(tooMuch(name, shape[name]));
    }
    return false; // nothing further to see for this rule
  },
});

const COMPLAINTS: Record<keyof Shape, [code: string, what: string]> = {
  depth: ['QUERY_TOO_DEEP', 'fields within fields'],
  breadth: ['TOO_MANY_ROOT_FIELDS', 'fields at its root'],
  aliases: ['TOO_MANY_ALIASES', 'aliases'],
  directives: ['TOO_MANY_DIRECTIVES', 'directives'],
};

function tooMuch(name: keyof Shape, count: number): GraphQLError {
  const [code, what] = COMPLAINTS[name];
  return new GraphQLError(`A query may have ${LIMITS[name]} ${what}; this one has ${count}.`, { extensions: { code } });
}

function shapeOf(document: DocumentNode): Shape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);

  const shapes = new Map<string, Shape>();
  const ofFragment = (name: string): Shape => {
    const known = shapes.get(name);
    if (known) return known;
    shapes.set(name, EMPTY); // a circle of fragments ends here; another rule refuses it
    const fragment = fragments.get(name);
    const shape = fragment ? added(ofDirectives(fragment), ofSelections(fragment.selectionSet)) : EMPTY;
    shapes.set(name, shape);
    return shape;
  };

  const ofSelections = (set: SelectionSetNode | undefined): Shape => {
    let shape = EMPTY;
    for (const node of set?.selections ?? []) {
      shape = added(shape, ofDirectives(node));
      if (node.kind === Kind.FRAGMENT_SPREAD) shape = added(shape, ofFragment(node.name.value));
      else if (node.kind === Kind.INLINE_FRAGMENT) shape = added(shape, ofSelections(node.selectionSet));
      else {
        const inner = ofSelections(node.selectionSet);
        // Introspection is deep by nature, and Apollo limits it on its own.
        const depth = node.name.value.startsWith('__') ? 1 : inner.depth + 1;
        shape = added(shape, { ...inner, depth, breadth: 1, aliases: inner.aliases + (node.alias ? 1 : 0) });
      }
    }
    return shape;
  };

  return document.definitions.reduce(
    (shape, node) =>
      node.kind === Kind.OPERATION_DEFINITION
        ? added(added(shape, ofDirectives(node)), ofSelections(node.selectionSet))
        : shape,
    EMPTY,
  );
}

const ofDirectives = ({ directives = [] }: { readonly directives?: readonly unknown[] | undefined }): Shape =>
  directives.length === 0 ? EMPTY : { ...EMPTY, directives: directives.length };

/** Side by side. */
const added = (a: Shape, b: Shape): Shape => ({
  depth: Math.max(a.depth, b.depth),
  breadth: a.breadth + b.breadth,
  aliases: a.aliases + b.aliases,
  directives: a.directives + b.directives,
});
