import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { Refusal } from '../kernel/refusal.ts';
import type { Rejected } from './import.ts';

const BLOCK = 64 * 1024; // characters written at once

/** What was rejected: counted by code, and, if wanted, written to a CSV file as it comes. */
export class Rejects {
  readonly counts = new Map<string, { count: number; first: Rejected }>();
  readonly #descriptor: number | null;
  #unwritten = '';

  constructor(path: string | null) {
    this.#descriptor = path === null ? null : openOrRefuse(path);
    if (this.#descriptor !== null) this.#unwritten = 'line,code,message,file\n';
  }

  add(rejected: Rejected): void {
    const known = this.counts.get(rejected.code);
    if (known) known.count++;
    else this.counts.set(rejected.code, { count: 1, first: rejected });
    if (this.#descriptor === null) return;
    const { line, code, message, file } = rejected;
    this.#unwritten += `${line},${csvCell(code)},${csvCell(message)},${csvCell(file)}\n`;
    if (this.#unwritten.length >= BLOCK) this.#write();
  }

  /** The codes, the most frequent first. */
  mostFrequent(): { code: string; count: number; first: Rejected }[] {
    return [...this.counts].map(([code, each]) => ({ code, ...each })).toSorted((a, b) => b.count - a.count);
  }

  close(): void {
    if (this.#descriptor === null) return;
    this.#write();
    closeSync(this.#descriptor);
  }

  #write(): void {
    const bytes = Buffer.from(this.#unwritten);
    for (let done = 0; done < bytes.length;) done += writeSync(this.#descriptor!, bytes, done);
    this.#unwritten = '';
  }
}

/**
 * A cell that no spreadsheet takes for a formula, since messages quote what strangers wrote, and that stays on its line.
 * See OWASP, "CSV injection".
 */
export function csvCell(text: string): string {
  const plain = text.replace(/\p{Cc}/gu, ' ');
  const safe = /^\s*[=+\-@]/.test(plain) ? `'${plain}` : plain;
  return /[",;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Whether to write there would destroy what is to be read. */
export function isSameFile(path: string, other: string): boolean {
  const [one, two] = [path, other].map((each) => statSync(each, { throwIfNoEntry: false }));
  return one !== undefined && two !== undefined && one.dev === two.dev && one.ino === two.ino;
}

function openOrRefuse(path: string): number {
  try {
    return openSync(path, 'w');
  } catch {
    throw new Refusal('INVALID', 'REJECTS_UNWRITABLE', `${path}: the rejects cannot be written there.`, ['rejects']);
  }
}
