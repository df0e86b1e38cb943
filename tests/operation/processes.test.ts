import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { leastConnections, poolSizeOf } from '../../src/connections.ts';
import { aDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { killPrograms, startProgram, type Program } from '../kit/program.ts';

const TOKEN = 'sixteen-characters-or-more';
const db = aDatabase();
afterEach(killPrograms);
const startTwo = (env: Record<string, string> = {}): Program =>
  startProgram({ DATABASE_URL: db.url, WEB_CONCURRENCY: '2', METRICS_TOKEN: TOKEN, ...env });

interface Line {
  readonly process?: number;
  readonly pid?: number;
  readonly msg: string;
}
const linesOf = ({ said }: Program): Line[] =>
  said.err.split('\n').flatMap((line) => (line.startsWith('{') ? (JSON.parse(line) as Line) : []));
const linesThatSay = (program: Program, msg: string): Line[] => linesOf(program).filter((line) => line.msg === msg);
const pidsOf = (program: Program): number[] => linesThatSay(program, 'a process answers').map(({ pid }) => pid!);
const processesThatAnswered = (program: Program): Set<number> =>
  new Set(linesThatSay(program, 'request').map((line) => line.process!));
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Each over a connection of its own, as different clients would. */
async function ask(
  address: string,
  path = '/graphql?query={viewer{role}}',
  headers: http.OutgoingHttpHeaders = { 'x-apollo-operation-name': 'test' },
): Promise<{ status: number; text: string }> {
  const [response] = (await once(http.get(address + path, { agent: false, headers }), 'response')) as [
    http.IncomingMessage,
  ];
  let text = '';
  for await (const part of response) text += String(part);
  return { status: response.statusCode!, text };
}

describe('several processes behind one port', () => {
  it('answer in turn; one that dies is replaced while the others go on; all end together', async () => {
    const program = startTwo();
    const address = await program.listening();
    for (let i = 0; i < 4; i++) expect((await ask(address)).status).toBe(200);
    expect(processesThatAnswered(program)).toEqual(new Set([1, 2]));
    expect(program.said.out.match(/listens at/g)).toHaveLength(1);

    const [first, second] = pidsOf(program);
    process.kill(second!, 'SIGKILL');
    await eventually(() => !isAlive(second!));
    for (let i = 0; i < 4; i++) expect((await ask(address)).status).toBe(200);
    await eventually(() => pidsOf(program).length === 3);
    expect(linesThatSay(program, 'a process ended, and is replaced')).toMatchObject([
      { process: 2, pid: second, signal: 'SIGKILL' },
    ]);

    const { text } = await ask(address, '/metrics', { authorization: `Bearer ${TOKEN}` });
    expect(text).toContain('\ncredence_processes_replaced_total{process="0"} 1\n');
    for (const number of [0, 1, 2]) expect(text).toContain(`\nprocess_resident_memory_bytes{process="${number}"} `);

    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect([first!, ...pidsOf(program)].filter(isAlive)).toEqual([]);
  });

  it('do not outlive the first of them, however it ends', async () => {
    const program = startTwo();
    await program.listening();
    const pids = pidsOf(program);
    program.child.kill('SIGKILL');

    expect(await program.ended).toBeNull();
    expect(pids).toHaveLength(2);
    await eventually(() => !pids.some(isAlive));
  });

  it('say once, in one line, that their port is taken', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as net.AddressInfo;
    const { said, ended } = startTwo({ PORT: String(port) });

    expect(await ended).toBe(3);
    other.close();
    expect(said.err).toMatch(new RegExp(`^Port ${port} is taken\\..+\\n$`));
  });
});

describe('connections to the database', () => {
  it('are ten for one process that answers, as ever', () => {
    expect(poolSizeOf(1, 80)).toBe(10);
    expect(poolSizeOf(1, leastConnections(1))).toBe(10);
  });

  it('are shared out, never more than there may be and never fewer than two', () => {
    for (let processes = 2; processes <= 64; processes++) {
      const least = leastConnections(processes);
      expect(poolSizeOf(processes, least)).toBe(2);
      expect(poolSizeOf(processes, least - 1)).toBe(1);
      for (const connections of [least, least + 7, 2 * least, 10_000]) {
        const size = poolSizeOf(processes, connections);
        expect(size).toBeLessThanOrEqual(10);
        expect(15 + processes * (size + 1)).toBeLessThanOrEqual(connections);
      }
    }
  });
});
