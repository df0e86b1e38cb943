import { createHash } from 'node:crypto';

/**
 * Texts by id: from `{"ID": "text", …}`, which Relay and GraphQL Code Generator write, or from Apollo's
 * `{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id", "body"}]}`. Each can be asked for by the SHA-256 of
 * its text, too.
 */
export function readManifest(json: string): ReadonlyMap<string, string> {
  const manifest = JSON.parse(json) as unknown;
  if (!isRecord(manifest)) throw new Error('a manifest of documents is a JSON object');
  const operations = manifest['operations'];
  const entries = Array.isArray(operations) ? operations.map(operationOf) : Object.entries(manifest);
  const texts = new Map<string, string>();
  for (const [id, text] of entries) {
    if (typeof id !== 'string' || typeof text !== 'string' || text.trim() === '')
      throw new Error(`the document ${JSON.stringify(id)} has no text`);
    texts.set(id, text);
    texts.set(createHash('sha256').update(text).digest('hex'), text);
  }
  return texts;
}

const operationOf = (operation: unknown): readonly [unknown, unknown] =>
  isRecord(operation) ? [operation['id'], operation['body']] : [operation, undefined];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
