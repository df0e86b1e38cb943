import { Refusal } from '../kernel/refusal.ts';

/**
 * Documents that are known by an id, because whoever builds the storefront has left them with us (persisted, or trusted, documents).
 * Nothing that a request says adds one.
 */
export interface Documents {
  /** The text; null where the id is not known. */
  readonly find: (id: string) => string | null;
  readonly has: (text: string) => boolean;
  /** Whether those without a token may run these documents and no others. */
  readonly areAll: boolean;
}

const NO_DOCUMENTS: Documents = { find: () => null, has: () => false, areAll: false };

/** `texts`: by id, as `readManifest` gives them; null: none. */
export function documentsOf(texts: ReadonlyMap<string, string> | null, areAll: boolean): Documents {
  if (texts === null) return NO_DOCUMENTS;
  const known = new Set(texts.values());
  return {
    find: (id) => texts.get(id.replace(/^sha256:/, '')) ?? null,
    has: (text) => known.has(text),
    areAll,
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a request says of itself, as its JSON body or its query string has it. */
export type Asked = Record<string, unknown>;

/**
 * Puts the text of a known document in the place of its id: of `documentId`, as the GraphQL over HTTP specification's appendix on
 * persisted documents has it, or of Apollo's `extensions.persistedQuery`, which then goes: Apollo would look for it elsewhere.
 */
export function withText(asked: Asked, documents: Documents): Asked {
  const { documentId, extensions, ...rest } = asked;
  if (documentId !== undefined) {
    if (rest['query'] !== undefined) throw invalid('Give `documentId` or `query`, not both.');
    if (typeof documentId !== 'string') throw invalid('A `documentId` is a text.');
    const query = documents.find(documentId);
    if (query === null) throw unknown();
    return { ...rest, ...(extensions !== undefined && { extensions }), query };
  }
  const hash = hashIn(extensions);
  const query = hash === null || rest['query'] !== undefined ? null : documents.find(hash);
  if (query === null) return asked;
  const { persistedQuery: _, ...others } = extensions as Record<string, unknown>;
  return { ...rest, query, ...(Object.keys(others).length > 0 && { extensions: others }) };
}

function hashIn(extensions: unknown): string | null {
  const persisted = isRecord(extensions) ? extensions['persistedQuery'] : undefined;
  const hash = isRecord(persisted) && persisted['version'] === 1 ? persisted['sha256Hash'] : undefined;
  return typeof hash === 'string' ? hash : null;
}

const invalid = (message: string) => new Refusal('INVALID', 'DOCUMENT_ID_INVALID', message, ['documentId']);
const unknown = () =>
  new Refusal('INVALID', 'PERSISTED_DOCUMENT_NOT_FOUND', 'No document of this id is known here.', ['documentId']);

/** Before the text is even parsed, so that it tells nothing of the schema. */
export const notTrusted = () =>
  new Refusal('INVALID', 'DOCUMENT_NOT_TRUSTED', 'Without a token, only documents that are known here are run.');
