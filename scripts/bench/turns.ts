import { performance } from 'node:perf_hooks';
import { treeMicros } from './processor.ts';
import { median } from './rounds.ts';
import { atLeast, atMost, type Result } from './scenario.ts';

/** What one turn took. */
export interface Turn {
  readonly seconds: number; // by the clock
  readonly processor: number; // seconds of this process and of Postgres
}

/** Someone who does the work in this process; `prepare` is not measured. */
export interface Player {
  readonly name: string;
  readonly prepare?: (round: number) => Promise<void>;
  readonly play: (round: number) => Promise<unknown>;
}

/** Turn by turn, forth and back, after a round to warm up. The first player is ours, the second its limit, the others are peers. */
export async function taken(
  players: readonly Player[],
  rounds: number,
  postgres: number,
): Promise<ReadonlyMap<string, readonly Turn[]>> {
  const turns = new Map(players.map(({ name }) => [name, [] as Turn[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const player of players) await player.prepare?.(round);
    for (const player of round % 2 === 0 ? players : players.toReversed()) {
      const turn = await timed(() => player.play(round), postgres);
      if (round > 0) turns.get(player.name)!.push(turn);
    }
  }
  for (const [name, own] of turns) process.stderr.write(`${lineOf(name, own)}\n`);
  return turns;
}

async function timed(work: () => Promise<unknown>, postgres: number): Promise<Turn> {
  const [own, theirs, startedAt] = [process.cpuUsage(), treeMicros(postgres), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(own);
  return {
    seconds: (performance.now() - startedAt) / 1000,
    processor: (user + system + treeMicros(postgres) - theirs) / 1e6,
  };
}

const lineOf = (name: string, turns: readonly Turn[]): string =>
  `${name.padEnd(10)} ${median(turns.map(({ seconds }) => seconds)).toFixed(3)} s, ${median(turns.map(({ processor }) => processor)).toFixed(3)} s of processor`;

/** Ours beside the limit by processor time, and beside each peer by the clock. `most`: the former; `least`: the latter. */
export function comparedTo(
  what: string,
  turns: ReadonlyMap<string, readonly Turn[]>,
  [ours, limit, ...peers]: readonly Player[],
  { most, least }: { readonly most: number; readonly least: number },
): Result[] {
  const ratios = (name: string, by: (turn: Turn) => number) =>
    turns.get(ours!.name)!.map((turn, i) => by(turn) / by(turns.get(name)![i]!));
  const cpu = ratios(limit!.name, ({ processor }) => processor);
  return [
    { ...atMost(`${what}: cpuVsLimit`, median(cpu), '×', most), spread: spreadOf(cpu) },
    ...peers.map(({ name }) => {
      const figures = ratios(name, ({ seconds }) => 1 / seconds);
      return {
        ...atLeast(`${what}: throughputVs.${name}`, median(figures), '×', least),
        spread: spreadOf(figures),
      };
    }),
  ];
}

const spreadOf = (figures: readonly number[]) => [Math.min(...figures), Math.max(...figures)] as const;
