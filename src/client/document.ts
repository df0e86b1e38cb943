/** What graphql-codegen marks a document with, so that its variables and its answer have types. Structurally that of its own packages. */
export interface DocumentTypeDecoration<Result, Variables> {
  __apiType?: (variables: Variables) => Result;
}

/** A document as graphql-js parses it. */
interface Parsed {
  readonly kind: 'Document';
}

/** A document with types: a TypedDocumentString or a TypedDocumentNode, of this package or of your own graphql-codegen. */
// oxlint-disable-next-line typescript/no-wrapper-object-types -- a TypedDocumentString is one
export type TypedDocument<Result, Variables> = DocumentTypeDecoration<Result, Variables> & (String | Parsed);

/** Its text. What was parsed is printed by the package `graphql`, which whoever parsed it has. */
export async function textOf(document: string | TypedDocument<unknown, never>): Promise<string> {
  if (typeof document === 'string' || !('kind' in document)) return document.toString();
  const { print } = await import('graphql');
  return print(document as Parameters<typeof print>[0]);
}

/** Whether it changes nothing. A query that has the word in it may be taken for a mutation, never the other way round. */
export const isQuery = (text: string): boolean => !/\b(?:mutation|subscription)\b/.test(text);
