import fs from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { ANYONE } from '../access/actor.ts';
import type { Refusals } from '../audit/refusals.ts';
import { reader } from '../db/tx.ts';
import type { Installation } from '../installation.ts';
import { Refusal, type RefusalKind } from '../kernel/refusal.ts';
import { rangeOf } from './byte-range.ts';
import { KEYS_PATH } from './credential.ts';
import { fileIn } from './export-file.ts';
import { checkLink } from './export-link.ts';
import { fileOf } from './exports.queries.ts';
import { publishedKeys } from './signing.ts';
import { LIST_CACHE_SECONDS, statusList } from './status-lists.ts';

const KEYS_CACHE_SECONDS = 300;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What partners fetch beside GraphQL: keys, status lists, and files. */
export function serveDisclosure(
  app: FastifyInstance,
  pool: Pool,
  installation: Installation,
  clock: () => number,
  refusals: Refusals,
): void {
  app.get(KEYS_PATH, async (_request, reply) => {
    const keys = await publishedKeys(reader(pool), installation, clock());
    return open(reply, KEYS_CACHE_SECONDS, 'application/jwk-set+json').send(JSON.stringify({ keys }));
  });
  app.get<{ Params: { id: string } }>('/status-lists/:id', async ({ params: { id } }, reply) => {
    const jwt = UUID.test(id) ? await statusList(pool, installation, id, clock()) : null;
    if (jwt === null)
      return refuse(reply, new Refusal('NOT_FOUND', 'STATUS_LIST_NOT_FOUND', 'There is no such status list.'));
    return open(reply, LIST_CACHE_SECONDS, 'application/vc+jwt').send(jwt);
  });
  app.get<Fetch>('/exports/:id', async (request, reply) => {
    try {
      return await sendExport(request, reply, pool, installation, clock());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { id } = request.params;
      const subjects = UUID.test(id) ? [`BulkExport:${id}`] : [];
      refusals.add({ actor: ANYONE, now: clock() }, { operation: 'GET /exports', code: error.code, subjects });
      return refuse(reply, error);
    }
  });
}

interface Fetch {
  Params: { id: string };
  Querystring: { expires?: unknown; signature?: unknown };
}

/** For anybody, from any site. */
const open = (reply: FastifyReply, seconds: number, type: string): FastifyReply =>
  reply.headers({
    'content-type': type,
    'cache-control': `public, max-age=${seconds}`,
    'access-control-allow-origin': '*',
  });

async function sendExport(
  { params: { id }, query, headers, method }: FastifyRequest<Fetch>,
  reply: FastifyReply,
  pool: Pool,
  { exportDir, linkSecret }: Installation,
  now: number,
): Promise<unknown> {
  checkLink(linkSecret, id, query.expires, query.signature, now);
  const found = await fileOf(reader(pool), id);
  const file = found?.status === 'DONE' ? await opened(fileIn(exportDir, id)) : null;
  if (!found || !file) throw new Refusal('NOT_FOUND', 'EXPORT_GONE', 'The file of this export is no more.');
  const { bytes: size } = found;
  const tag = `"${id}-${size}"`;
  // A part of another file would spoil what was fetched before.
  const isSame = headers['if-range'] === undefined || headers['if-range'] === tag;
  const range = isSame ? rangeOf(headers.range, size) : 'ALL';
  reply.headers({
    'content-type': 'application/jsonl',
    'content-disposition': `attachment; filename="grades-${found.subjectKind.toLowerCase()}.jsonl"`,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-store',
    etag: tag,
  });
  if (range === 'NONE') {
    await file.close();
    return reply.code(416).header('content-range', `bytes */${size}`).send();
  }
  const { from, to } = range === 'ALL' ? { from: 0, to: size - 1 } : range;
  if (range !== 'ALL') reply.code(206).header('content-range', `bytes ${from}-${to}/${size}`);
  reply.header('content-length', to - from + 1);
  if (method === 'HEAD' || size === 0) {
    await file.close();
    return reply.send(Readable.from([])); // of a stream the length that was said stands
  }
  return reply.send(file.createReadStream({ start: from, end: to }));
}

async function opened(file: string): Promise<fs.FileHandle | null> {
  try {
    return await fs.open(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const STATUS: Partial<Readonly<Record<RefusalKind, number>>> = { FORBIDDEN: 403, NOT_FOUND: 404 };

const refuse = (reply: FastifyReply, { kind, code, message }: Refusal): FastifyReply =>
  reply
    .code(STATUS[kind] ?? 400)
    .headers({ 'content-type': 'application/json', 'cache-control': 'no-store' })
    .send(JSON.stringify({ errors: [{ message, extensions: { code, kind } }] }));
