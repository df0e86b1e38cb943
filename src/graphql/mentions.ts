import { BREAK, Kind, visit, type DocumentNode } from 'graphql';

/** Whether a document asks for a field of one of these names anywhere. Documents are kept by Apollo: each is looked through once. */
export function mentionOf(names: readonly string[]): (document: DocumentNode) => boolean {
  const known = new WeakMap<DocumentNode, boolean>();
  return (document) => {
    let found = known.get(document);
    if (found === undefined) known.set(document, (found = isIn(document, names)));
    return found;
  };
}

function isIn(document: DocumentNode, names: readonly string[]): boolean {
  let found = false;
  visit(document, {
    [Kind.FIELD]: ({ name }) => {
      if (!names.includes(name.value)) return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}
