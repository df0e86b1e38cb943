import fs from 'node:fs';
import path from 'node:path';

export interface Instruction {
  readonly name: string; // COPY
  readonly words: readonly string[];
  readonly text: string; // all that follows the name
}

/** A part of a Dockerfile, from one FROM to the next. */
export interface Stage {
  readonly image: string;
  readonly name: string | null;
  readonly instructions: readonly Instruction[];
}

/** https://docs.docker.com/reference/dockerfile/, as far as ours goes. */
export function readDockerfile(root: string): Stage[] {
  const lines = fs
    .readFileSync(path.join(root, 'Dockerfile'), 'utf8')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const stages: { image: string; name: string | null; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, name, text] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (name === undefined || text === undefined) throw new Error(`no instruction of a Dockerfile: ${line}`);
    const words = text.split(' ');
    if (name === 'FROM') stages.push({ image: words[0]!, name: words[2] ?? null, instructions: [] });
    else stages.at(-1)!.instructions.push({ name, words, text });
  }
  return stages;
}

/** What a COPY takes, from which stage (null: from outside), and where it puts it. */
export function copyOf({ words }: Instruction): { from: string | null; sources: readonly string[]; to: string } {
  const from = /^--from=(.+)$/.exec(words[0]!)?.[1] ?? null;
  const paths = from === null ? words : words.slice(1);
  return { from, sources: paths.slice(0, -1), to: paths.at(-1)! };
}
