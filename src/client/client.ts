import type { Ask, Given } from './ask.ts';
import { bulkExport, type BulkExportRequest, type FinishedExport } from './bulk-export.ts';
import { followChanges, type Change, type FollowOptions } from './changes.ts';
import { textOf, type TypedDocument } from './document.ts';
import { CredenceError } from './errors.ts';
import { eachOf, type ConnectionOf } from './pages.ts';
import { retryAfterMs, send, type Answer } from './request.ts';
import type { ClientSettings, RequestOptions } from './settings.ts';

export interface Client {
  /** What the document asks for. Any error is thrown as a CredenceError, also where some of the answer could be given. */
  readonly request: Ask;
  /** As `request`, but gives whatever was answered: status, headers, errors beside data, and what it cost. */
  readonly answer: <Result = unknown, Variables = Readonly<Record<string, unknown>>>(
    document: string | TypedDocument<Result, Variables>,
    ...given: Given<Variables>
  ) => Promise<Answer<Result>>;
  /** Everything in a list, page by page as it is needed. The document takes `$after`; `connectionOf` finds the list in an answer. */
  readonly each: <Result, Variables extends { readonly after?: string | null | undefined }, Row>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
    connectionOf: ConnectionOf<Result, Row>,
    options?: RequestOptions,
  ) => AsyncGenerator<Row, void>;
  /** Changes of grades, in their order, as they come. It ends when its signal is aborted. Keep the cursor of the last one done. */
  readonly followChanges: (options?: FollowOptions) => AsyncGenerator<Change, void>;
  /** Asks for the grades of all subjects of a kind, and waits until they are written. */
  readonly bulkExport: (request: BulkExportRequest, options?: RequestOptions) => Promise<FinishedExport>;
}

/** A client of one installation, for one caller. */
export function createClient(settings: ClientSettings): Client {
  const answer: Client['answer'] = async (document, ...[variables, options]) =>
    send(settings, await textOf(document), variables, options);
  const request: Ask = async (document, ...given) => dataOf(await answer(document, ...given));
  return {
    request,
    answer,
    each: (document, variables, connectionOf, options) => eachOf(request, document, variables, connectionOf, options),
    followChanges: (options) => followChanges(request, options),
    bulkExport: (wanted, options) => bulkExport(request, settings, wanted, options),
  };
}

function dataOf<Result>({ data, errors, status, headers }: Answer<Result>): Result {
  const [first] = errors ?? [];
  if (!first && data != null) return data;
  const { code = 'ANSWER_INVALID', field = null } = first?.extensions ?? {};
  throw new CredenceError(String(code), first?.message ?? 'The answer holds no data.', {
    field: field as readonly string[] | null,
    status,
    retryAfterMs: retryAfterMs(headers) || null,
    errors: errors ?? [],
    data,
  });
}
