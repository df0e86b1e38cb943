import type { Database } from '../../src/db/database.ts';
import { writeExports } from '../../src/disclosure/exports.job.ts';
import type { Installation } from '../../src/installation.ts';
import type { Api, Asker } from '../kit/api.ts';

const FIELDS = `id status subjectKind policy { key version } levels asOf knownAt subjects seen written bytes progress requestedAt
  startedAt endedAt expiresAt errorCode link { url endsAt } changesCursor`;

/** What partners do with bulk exports, over a server; and the worker. */
export function exporting(db: Database, api: Api, installation: Installation, clock: () => number) {
  let nextKey = 0;
  const mutate = async (name: string, input: Record<string, unknown>, asker: Asker) => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const { data, errors } = await api.ask(
      asker,
      `mutation ($input: ${type}!) { ${name}(input: $input) { export { ${FIELDS} } userErrors { code field } } }`,
      { input: { idempotencyKey: `k-${nextKey++}`, ...input } },
    );
    if (errors) return { code: errors[0]!.extensions['code'] };
    return data[name].export ?? { code: data[name].userErrors[0].code, field: data[name].userErrors[0].field };
  };
  const start = (input: Record<string, unknown> = {}, asker: Asker = 'PARTNER') =>
    mutate('startBulkExport', { subjectKind: 'MERCHANT', ...input }, asker);
  const found = async (id: string, asker: Asker = 'PARTNER') => {
    const { data, errors } = await api.ask(asker, `query ($id: ID!) { bulkExport(id: $id) { ${FIELDS} } }`, { id });
    return errors ? { code: errors[0]!.extensions['code'] } : data.bulkExport;
  };
  /** A run of the worker; `atOnce` subjects a page. */
  const write = (atOnce?: number) =>
    writeExports(db.pool, installation, clock, atOnce).run(clock(), new AbortController().signal);
  const fetched = (url: string, request?: RequestInit) => {
    const { pathname, search } = new URL(url);
    return api.send(pathname + search, request);
  };
  const linesOf = async (id: string): Promise<Record<string, unknown>[]> => {
    const { link } = await found(id);
    const text = await (await fetched(link.url)).text();
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return {
    start,
    found,
    write,
    fetched,
    linesOf,
    cancel: (exportId: string, more: Record<string, unknown> = {}, asker: Asker = 'PARTNER') =>
      mutate('cancelBulkExport', { exportId, ...more }, asker),
  };
}
