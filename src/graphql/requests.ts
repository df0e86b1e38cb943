import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../kernel/refusal.ts';
import { withText, type Asked, type Documents } from './documents.ts';
import { isTooDeep } from './json-depth.ts';

/** Looks at what a request carries before GraphQL does, and gives known documents their text. */
export function readRequests(app: FastifyInstance, endpoint: string, documents: Documents): void {
  app.addHook('preValidation', (request, _reply, next) => {
    if (request.routeOptions.url !== endpoint) return next();
    try {
      if (request.method === 'GET') readQueryString(request, documents);
      else if (isObject(request.body)) request.body = read(request.body, documents);
    } catch (error) {
      return next(error as Error);
    }
    next();
  });
}

const isObject = (body: unknown): body is Asked => typeof body === 'object' && body !== null && !Array.isArray(body);

/** The same for what comes by another way. */
export function readAsked(body: unknown, documents: Documents): Asked {
  if (isObject(body)) return read(body, documents);
  throw new Refusal('INVALID', 'BAD_REQUEST', 'A request is a JSON object.');
}

function read(asked: Asked, documents: Documents): Asked {
  if (isTooDeep(asked)) throw tooDeep();
  return 'documentId' in asked || 'extensions' in asked ? withText(asked, documents) : asked;
}

/** Apollo reads the address itself, so the text is put there. */
function readQueryString(request: FastifyRequest, documents: Documents): void {
  const url = new URL(request.url, 'http://localhost');
  const { searchParams: search } = url;
  for (const name of ['variables', 'extensions']) if (isTooDeep(jsonIn(search.get(name)))) throw tooDeep();
  if (!search.has('documentId') && !search.has('extensions')) return;
  const extensions = jsonIn(search.get('extensions'));
  const asked = withText(
    {
      ...(search.has('documentId') && { documentId: search.get('documentId') }),
      ...(search.has('query') && { query: search.get('query') }),
      ...(extensions !== null && { extensions }),
    },
    documents,
  );
  if (typeof asked['query'] !== 'string') return;
  search.delete('documentId');
  search.set('query', asked['query']);
  if (asked['extensions'] === undefined) search.delete('extensions');
  request.raw.url = `${url.pathname}?${search.toString()}`;
}

/** Null for what is none: Apollo complains of it. */
function jsonIn(text: string | null): unknown {
  try {
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

const tooDeep = () =>
  new Refusal('INVALID', 'VARIABLES_TOO_DEEP', 'Lists and objects of a request may lie 20 deep in each other.');
