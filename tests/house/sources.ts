import fs from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const SRC = path.join(ROOT, 'src');

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)'(\.{1,2}\/[^']+)'/g;

export interface Source {
  readonly file: string; // from src: "reviews/review.ts"
  readonly unit: string; // what has a place on a floor: a folder, or a file beside the folders
  readonly text: string;
  /** Without comments, so that rules judge code alone. */
  readonly code: string;
  readonly imports: readonly string[]; // of files of ours, from src, types too
}

/** Every TypeScript file of `src`. */
export const sources: readonly Source[] = fs
  .readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .toSorted()
  .map((file) => {
    const text = fs.readFileSync(path.join(SRC, file), 'utf8');
    const code = withoutComments(text);
    return { file, unit: unitOf(file), text, code, imports: importsOf(file, code) };
  });

export function unitOf(file: string): string {
  return file.split('/')[0]!;
}

/** What stands in `src` itself: folders with code in them, and files. */
export const units: readonly string[] = [...new Set(sources.map(({ unit }) => unit))];

function importsOf(file: string, code: string): string[] {
  return [...code.matchAll(IMPORT)].map(([, to]) => path.normalize(path.join(path.dirname(file), to!)));
}

/** Strings are matched first, so that a "//" in one is not taken for a comment. */
function withoutComments(text: string): string {
  return text.replace(/('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '$1');
}
