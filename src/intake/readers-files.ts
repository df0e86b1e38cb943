import { closeSync, createReadStream, createWriteStream, fstatSync, mkdtempSync } from 'node:fs';
import { openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Refusal } from '../kernel/refusal.ts';

/** A file that can be read anywhere, since rows are taken in by their time and not by their place. */
export interface Input {
  readonly name: string; // as it was given; `-` is standard input
  readonly size: number;
  /** Fills the buffer from there, and tells how many bytes there were: fewer only at the end. */
  readAt(buffer: Buffer, offset: number): number;
  /** Whether it is still what it was when it was opened. */
  isUnchanged(): boolean;
}

/** The files of one import. What is compressed or comes through a pipe is laid down in a temporary directory. */
export class Inputs {
  readonly files: readonly Input[];
  readonly #close: () => void;

  private constructor(files: readonly Input[], close: () => void) {
    this.files = files;
    this.#close = close;
  }

  static async open(names: readonly string[], stdin: Readable): Promise<Inputs> {
    if (names.filter((name) => name === '-').length > 1) throw refusal('-', 'standard input can be read only once');
    const opened: number[] = [];
    const spool = new Spool();
    const close = () => {
      opened.forEach((descriptor) => closeSync(descriptor));
      spool.remove();
    };
    try {
      const files: Input[] = [];
      for (const name of names) {
        const descriptor = await openPlain(name, stdin, spool);
        opened.push(descriptor);
        files.push(inputOf(name, descriptor));
      }
      return new Inputs(files, close);
    } catch (error) {
      close();
      throw error;
    }
  }

  close(): void {
    this.#close();
  }
}

/** Opens the file, or an uncompressed copy of it. */
async function openPlain(name: string, stdin: Readable, spool: Spool): Promise<number> {
  const isPipe = name === '-' || !isRegular(name);
  const source = isPipe ? await spool.keep(name === '-' ? stdin : createReadStream(name)) : name;
  const descriptor = openOrRefuse(name, source);
  if (!isGzip(descriptor)) return descriptor;
  closeSync(descriptor);
  try {
    return openOrRefuse(name, await spool.keep(createReadStream(source), createGunzip()));
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw refusal(name, 'the compressed file is damaged or cut off');
  }
}

function inputOf(name: string, descriptor: number): Input {
  const { size, mtimeMs } = fstatSync(descriptor);
  return {
    name,
    size,
    readAt(buffer, offset) {
      let filled = 0;
      while (filled < buffer.length) {
        const count = readSync(descriptor, buffer, filled, buffer.length - filled, offset + filled);
        if (count === 0) break;
        filled += count;
      }
      return filled;
    },
    isUnchanged() {
      const now = fstatSync(descriptor);
      return now.size === size && now.mtimeMs === mtimeMs;
    },
  };
}

/** A temporary directory that comes into being when it is needed, readable by us alone. */
class Spool {
  #directory: string | null = null;
  #count = 0;

  async keep(from: Readable, through?: NodeJS.ReadWriteStream): Promise<string> {
    this.#directory ??= mkdtempSync(join(tmpdir(), 'credence-import-'));
    const path = join(this.#directory, String(this.#count++));
    const to = createWriteStream(path, { mode: 0o600 });
    await (through ? pipeline(from, through, to) : pipeline(from, to));
    return path;
  }

  remove(): void {
    if (this.#directory !== null) rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Asked of the path, since to open a pipe and close it again would lose what is in it. */
function isRegular(name: string): boolean {
  const stats = orRefuse(name, () => statSync(name));
  if (stats.isDirectory()) throw refusal(name, 'is a directory, not a file');
  return stats.isFile();
}

const openOrRefuse = (name: string, path: string): number => orRefuse(name, () => openSync(path, 'r'));

function orRefuse<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw refusal(name, 'there is no such file');
    throw refusal(name, `cannot be read (${String(code)})`);
  }
}

function isGzip(descriptor: number): boolean {
  const magic = Buffer.alloc(2);
  return readSync(descriptor, magic, 0, 2, 0) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
}

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');

const refusal = (name: string, complaint: string) =>
  new Refusal('INVALID', 'FILE_UNREADABLE', `${name}: ${complaint}.`);
