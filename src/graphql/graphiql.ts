import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { EXAMPLE_FOR_BROWSERS } from './example.ts';

/** What the page loads, each from its package. All of it is ours to serve: the page works without the internet. */
const FILES = [
  ['react', 'umd/react.production.min.js'],
  ['react-dom', 'umd/react-dom.production.min.js'],
  ['graphiql', 'graphiql.min.js'],
  ['graphiql', 'graphiql.min.css'],
] as const;

/** A browser that comes to the API's address gets GraphiQL, where queries can be written and tried. */
export function serveGraphiql(app: FastifyInstance, endpoint: string): void {
  const assets = FILES.map(([pack, file]) => assetOf(pack, file));
  for (const { url, type, read } of assets) {
    app.get(url, (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(read()),
    );
  }
  const html = pageWith(assets.map(({ url }) => url));
  app.addHook('onRequest', async (request, reply) => {
    if (!isBrowserAt(endpoint, request)) return undefined;
    return reply.type('text/html; charset=utf-8').headers(PAGE_HEADERS).send(html);
  });
}

const isBrowserAt = (endpoint: string, { method, url, headers }: FastifyRequest): boolean =>
  method === 'GET' && url === endpoint && (headers.accept ?? '').includes('text/html');

/** The URL names the version, so that browsers may keep the file for ever. */
function assetOf(pack: string, file: string) {
  const manifest = createRequire(import.meta.url).resolve(`${pack}/package.json`);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  let content: Buffer | undefined;
  return {
    url: `/graphiql/${pack}-${version}/${path.basename(file)}`,
    type: file.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
    read: () => (content ??= readFileSync(path.join(path.dirname(manifest), file))),
  };
}

const SCRIPT = `
const fetcher = GraphiQL.createFetcher({ url: location.pathname });
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: ${JSON.stringify(EXAMPLE_FOR_BROWSERS)},
    defaultHeaders: '{}',
    defaultEditorToolsVisibility: 'headers',
    shouldPersistHeaders: false,
  }),
);`;

const pageWith = (urls: readonly string[]) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Credence</title>
<link rel="icon" href="data:,">
<style>html, body, #graphiql { height: 100%; margin: 0 }</style>
${urls.map((url) => (url.endsWith('.css') ? `<link rel="stylesheet" href="${url}">` : `<script src="${url}"></script>`)).join('\n')}
</head>
<body>
<div id="graphiql">Loading …</div>
<script>${SCRIPT}</script>
</body>
</html>
`;

const PAGE_HEADERS = {
  'cache-control': 'no-cache',
  'content-security-policy': [
    "default-src 'none'",
    `script-src 'self' 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
    "style-src 'self' 'unsafe-inline'", // GraphiQL sets styles of its own
    "font-src 'self' data:",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
};
