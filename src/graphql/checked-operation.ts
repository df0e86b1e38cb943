import type { DocumentNode, OperationDefinitionNode } from 'graphql';

/** An operation that Apollo has read and checked. */
export interface CheckedOperation {
  readonly text: string; // of its document
  readonly name: string | null; // under which it was asked for
  readonly hash: string; // of the text: SHA-256
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}
