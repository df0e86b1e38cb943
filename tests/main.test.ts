import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { aDatabase } from './kit/database.ts';
import { killPrograms, startProgram } from './kit/program.ts';

const db = aDatabase();
afterEach(killPrograms);
const start = (env: Record<string, string>) => startProgram({ DATABASE_URL: db.url, ...env });

describe('the program', () => {
  it('prints its address, a token a role and a query that works; and ends well when told to', async () => {
    const { child, said, ended, listening } = start({});
    const address = await listening();
    const curl = /^curl .* -d '(.+)'$/m.exec(said.out)!;
    const token = /^ADMIN +(\S+)$/m.exec(said.out)![1]!;
    const ask = (body: string, headers = {}) =>
      fetch(`${address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });

    expect(await (await ask(curl[1]!)).json()).toMatchObject({ data: { merchant: null } });
    const viewer = await ask('{"query":"{ viewer { role } }"}', { authorization: `Bearer ${token}` });
    expect(await viewer.json()).toMatchObject({ data: { viewer: { role: 'ADMIN' } } });
    for (const role of [
      'BUYER buyer:b-00001',
      'MERCHANT merchant:m-0001',
      'PARTNER',
      'PLATFORM',
      'MODERATOR',
      'AUDITOR',
    ])
      expect(said.out).toContain(`\n${role} `);

    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    const logged = said.err.split('\n').flatMap((line) => (line ? (JSON.parse(line) as { msg: string }) : []));
    expect(logged.map(({ msg }) => msg)).toEqual(['request', 'request']);
  });

  it('gives nothing to sign in with in production', async () => {
    const { said, listening } = start({ NODE_ENV: 'production' });
    await listening();

    expect(said.out).toMatch(/^Credence listens at http:\S+\n$/);
  });

  it('says in one line that its port is taken', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as net.AddressInfo;
    const { said, ended } = start({ PORT: String(port) });

    expect(await ended).toBe(3);
    other.close();
    expect(said.err).toMatch(new RegExp(`^Port ${port} is taken\\..+\\n$`));
  });

  it.each(['127.0.0.1:1', 'nowhere.invalid'])(
    'says in one line that its database at %s cannot be reached',
    async (host) => {
      const { said, ended } = start({ DATABASE_URL: `postgresql://nobody:secret@${host}/none` });

      expect(await ended).toBe(3);
      expect(said.err).toMatch(/^The database of DATABASE_URL cannot be reached: .+\n$/);
      expect(said.err).not.toContain('secret');
    },
  );

  it('says in a line each what is wrong with its settings', async () => {
    const { said, ended } = start({ PORT: 'x', CREDENCE_DEMO: 'yes' });

    expect(await ended).toBe(2);
    expect(said.err.trim().split('\n')).toHaveLength(2);
  });
});
