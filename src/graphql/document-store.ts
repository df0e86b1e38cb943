import type { DocumentNode } from 'graphql';

const MOST = 1_000; // of at most 1,000 tokens each: some 50 MB if all were as long as that

/**
 * The documents that were asked for last, read and checked. By their number, because Apollo's own store, which goes by size, writes
 * each out as JSON to know it.
 */
export class DocumentStore {
  readonly #documents = new Map<string, DocumentNode>();

  async get(key: string): Promise<DocumentNode | undefined> {
    const document = this.#documents.get(key);
    if (document) {
      this.#documents.delete(key);
      this.#documents.set(key, document); // last in line again
    }
    return document;
  }

  async set(key: string, document: DocumentNode): Promise<void> {
    this.#documents.set(key, document);
    if (this.#documents.size > MOST) this.#documents.delete(this.#documents.keys().next().value!);
  }

  async delete(key: string): Promise<boolean> {
    return this.#documents.delete(key);
  }
}
