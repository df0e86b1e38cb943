import type { Ask } from './ask.ts';
import { CredenceError, orThrow } from './errors.ts';
import {
  BulkExportStateDocument,
  StartBulkExportDocument,
  type BulkExportStateQuery,
  type GradeLevel,
  type StartBulkExportInput,
} from './generated/documents.ts';
import { idempotencyKey } from './idempotency-key.ts';
import type { ClientSettings, RequestOptions } from './settings.ts';
import { backoffMs, pause } from './waiting.ts';

/** What to export; `idempotencyKey` need not be given. */
export type BulkExportRequest = Omit<StartBulkExportInput, 'idempotencyKey'> &
  Partial<Pick<StartBulkExportInput, 'idempotencyKey'>>;

/** A line of an export. */
export interface ExportedGrade {
  readonly kind: 'MERCHANT' | 'BUYER' | 'PRODUCT';
  readonly externalId: string;
  readonly level: GradeLevel;
  readonly score: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly postings: number;
  readonly distinctCounterparties: number;
  readonly since: string | null;
}

export interface FinishedExport {
  readonly id: string;
  readonly written: number; // lines
  readonly bytes: number;
  /** For `followChanges`: what has changed since. */
  readonly changesCursor: string;
  /** The grades, one after another, from the network as they are needed. What breaks off is gone on with where it was. */
  readonly grades: () => AsyncGenerator<ExportedGrade, void>;
}

type State = NonNullable<BulkExportStateQuery['bulkExport']>;
const FIRST_LOOK_MS = 250;
const LONGEST_LOOK_MS = 5_000;
const TRIES = 5;

export async function bulkExport(
  request: Ask,
  settings: ClientSettings,
  wanted: BulkExportRequest,
  options: RequestOptions = {},
): Promise<FinishedExport> {
  const input = { ...wanted, idempotencyKey: wanted.idempotencyKey ?? idempotencyKey() };
  const { startBulkExport } = await request(StartBulkExportDocument, { input }, options);
  const { id } = orThrow(startBulkExport).export!;
  const look = async (): Promise<State> => {
    const { bulkExport: state } = await request(BulkExportStateDocument, { id }, options);
    if (!state) throw new CredenceError('EXPORT_GONE', 'The export is no more.');
    return state;
  };
  let state = await look();
  for (let ms = FIRST_LOOK_MS; state.status === 'QUEUED' || state.status === 'RUNNING'; state = await look()) {
    await pause(ms, options.signal);
    ms = Math.min(2 * ms, LONGEST_LOOK_MS);
  }
  if (state.status !== 'DONE')
    throw new CredenceError(state.errorCode ?? 'EXPORT_GONE', `The export is ${state.status.toLowerCase()}.`);
  const { written, bytes, changesCursor } = state;
  return { id, written, bytes, changesCursor, grades: () => gradesIn(chunksOf(look, settings, options)) };
}

/** The file, from wherever it was read to, under a link that still holds. */
async function* chunksOf(
  look: () => Promise<State>,
  { fetch: get = fetch }: ClientSettings,
  { signal }: RequestOptions,
): AsyncGenerator<Uint8Array, void> {
  let received = 0;
  for (let failures = 0; ;) {
    const { link, bytes } = await look();
    if (received >= bytes) return;
    if (!link) throw new CredenceError('EXPORT_GONE', 'The export is no more.');
    try {
      const headers: Record<string, string> = received === 0 ? {} : { range: `bytes=${received}-` };
      const response = await get(link.url, { headers, redirect: 'error', signal: signal ?? null });
      if (response.status !== (received === 0 ? 200 : 206) || !response.body)
        throw new Error(`HTTP ${response.status}`);
      for await (const chunk of response.body) {
        received += chunk.length;
        failures = 0;
        yield chunk;
      }
      if (received < bytes) throw new Error('it broke off');
    } catch (cause) {
      signal?.throwIfAborted();
      if (++failures >= TRIES) throw new CredenceError('NETWORK', 'The export cannot be fetched.', { cause });
      await pause(backoffMs(failures), signal);
    }
  }
}

async function* gradesIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ExportedGrade, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as ExportedGrade;
  }
}
