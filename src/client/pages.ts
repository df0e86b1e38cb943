import type { Ask } from './ask.ts';
import type { TypedDocument } from './document.ts';
import type { RequestOptions } from './settings.ts';

/** A page of a list. */
export interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Where the list is in an answer; null or undefined where what has it is not there. */
export type ConnectionOf<Result, Row> = (result: Result) => Page<Row> | null | undefined;

export async function* eachOf<Result, Variables extends { readonly after?: string | null | undefined }, Row>(
  request: Ask,
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  connectionOf: ConnectionOf<Result, Row>,
  options?: RequestOptions,
): AsyncGenerator<Row, void> {
  type Paged = { readonly after: string | null };
  let after = variables.after ?? null;
  for (;;) {
    const result = await request(document as TypedDocument<Result, Paged>, { ...variables, after }, options);
    const page = connectionOf(result);
    yield* page?.nodes ?? [];
    if (!page?.pageInfo.hasNextPage) return;
    after = page.pageInfo.endCursor;
  }
}
