import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';

const api = anApi(aDatabase(), { isProduction: true });

/** The audits of GraphQL over HTTP that are not met, with the reason; src/graphql/README.md tells them too. */
const NOT_MET: Readonly<Record<string, string>> = Object.fromEntries(
  ['572B', 'FDE2', '7B9B'].map((id) => [id, 'warn: Response status code is not 200']),
);

const audits = serverAudits({
  url: () => `${api.server.address}/graphql`,
  fetchFn: async (url: string, request?: RequestInit) =>
    fetch(url, {
      ...request,
      headers: {
        ...(request?.headers as object | undefined),
        authorization: `Bearer ${await api.tokenFor('PARTNER')}`,
        'apollo-require-preflight': '1',
      },
    }),
});

describe('GraphQL over HTTP', () => {
  it('is audited as a whole', () => {
    expect(audits.length).toBeGreaterThan(55);
  });

  it.each(audits.map((audit) => [`${audit.name} (${audit.id})`, audit] as const))('%s', async (_, { id, fn }) => {
    const result = await fn();

    expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe(NOT_MET[id] ?? 'ok');
  });
});
