import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { treeMicros } from './processor.ts';
import type { Running } from './rivals.ts';
import { atLeast, atMost, type Result } from './scenario.ts';

const ROUNDS = 5;
const SECONDS = 3;
const WARM_UP_SECONDS = 3;

/** What one round showed of a rival. */
export interface Round {
  readonly server: number; // processor µs a request, its children included
  readonly database: number; // the same of Postgres
  readonly perSecond: number;
  readonly p50: number; // ms
  readonly p99: number;
}

interface Answers {
  readonly answered: number;
  readonly failed: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly sample: string;
}

/** Who is compared, and by what: every rival is asked the same questions, each in its own words. */
export interface Contest {
  readonly running: readonly Running[];
  readonly questions: readonly unknown[];
  readonly connections: number;
  readonly dir: string;
  readonly postgres: number; // its process
}

/** Turn by turn, forth and back, so that what the machine does meanwhile meets all of them. */
export async function compared(contest: Contest): Promise<ReadonlyMap<string, readonly Round[]>> {
  const { running, connections } = contest;
  const rounds = new Map(running.map(({ name }) => [name, [] as Round[]]));
  for (const rival of running) await ask(rival, contest, WARM_UP_SECONDS);
  for (let i = 0; i < ROUNDS; i++)
    for (const rival of i % 2 === 0 ? running : running.toReversed())
      rounds.get(rival.name)!.push(await measured(rival, contest));
  for (const [name, own] of rounds) process.stderr.write(`${lineOf(name, connections, own)}\n`);
  return rounds;
}

async function measured(rival: Running, contest: Contest): Promise<Round> {
  const { postgres } = contest;
  const before = [treeMicros(rival.pid), treeMicros(postgres)] as const;
  const { answered, failed, perSecond, p50, p99, sample } = await ask(rival, contest, SECONDS);
  if (failed > 0) throw new Error(`${rival.name} failed ${failed} times: ${sample}`);
  return {
    server: (treeMicros(rival.pid) - before[0]) / answered,
    database: (treeMicros(postgres) - before[1]) / answered,
    perSecond,
    p50,
    p99,
  };
}

/** So many seconds long, one question after the other on each connection, and from the first on again. */
export function ask(rival: Running, { questions, connections, dir }: Contest, seconds: number): Promise<Answers> {
  const file = path.join(dir, `questions-${rival.name}.json`);
  const bodies = questions.map((question) => JSON.stringify(rival.bodyOf(question)));
  writeFileSync(file, JSON.stringify(bodies));
  const setting = JSON.stringify({
    port: rival.port,
    path: rival.path,
    headers: rival.headers ?? {},
    connections,
    seconds,
    file,
  });
  const client = spawn(process.execPath, [path.join(import.meta.dirname, 'client.mjs'), setting], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  client.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  return new Promise((resolve, reject) => {
    client.once('error', reject);
    client.once('close', (status) =>
      status === 0
        ? resolve(JSON.parse(out) as Answers)
        : reject(new Error(`asking ${rival.name} ended with ${status}`)),
    );
  });
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const middle = (rounds: readonly Round[], key: keyof Round): number => median(rounds.map((round) => round[key]));

const lineOf = (name: string, connections: number, rounds: readonly Round[]): string =>
  `${name.padEnd(14)} ${String(connections).padStart(2)} clients: server ${middle(rounds, 'server').toFixed(0)} µs, Postgres ${middle(rounds, 'database').toFixed(0)} µs, ` +
  `${middle(rounds, 'perSecond').toFixed(0)}/s, p50 ${middle(rounds, 'p50').toFixed(2)} ms, p99 ${middle(rounds, 'p99').toFixed(2)} ms`;

/**
 * A server that has just started has work of its own: levels are brought up to date, history is looked through, once a day all who may
 * have privileges. It does some of it every five seconds, so that it is still when it was for longer than that.
 */
export async function untilStill(pids: readonly number[]): Promise<void> {
  const used = () => pids.reduce((sum, pid) => sum + treeMicros(pid), 0);
  for (let before = used(), quiet = 0, i = 0; i < 300; i++) {
    await pause(2000);
    const now = used();
    quiet = now - before < 2000 * 1000 * 0.05 ? quiet + 1 : 0; // a twentieth of one core
    if (quiet === 3) return;
    before = now;
  }
  throw new Error('the servers do not come to rest');
}

/** For each round, what something costs one of them, by what it costs another. */
export const against = (
  rounds: ReadonlyMap<string, readonly Round[]>,
  name: string,
  other: string,
  cost: (round: Round) => number,
): readonly number[] => rounds.get(name)!.map((round, i) => cost(round) / cost(rounds.get(other)![i]!));

export const ofServer = (round: Round): number => round.server;
export const ofBoth = (round: Round): number => round.server + round.database;
export const ofThroughput = (round: Round): number => round.perSecond;

export interface Ratio {
  readonly name: string;
  readonly figures: readonly number[]; // of each round
}

export const ratioAtMost = ({ name, figures }: Ratio, bar: number): Result => ({
  ...atMost(name, median(figures), '×', bar),
  spread: spreadOf(figures),
});
export const ratioAtLeast = ({ name, figures }: Ratio, bar: number): Result => ({
  ...atLeast(name, median(figures), '×', bar),
  spread: spreadOf(figures),
});
const spreadOf = (figures: readonly number[]) => [Math.min(...figures), Math.max(...figures)] as const;
