import { readFileSync } from 'node:fs';
import { ownMicros } from './processor.ts';

const LOOK_EVERY_MS = 100;

/** Of a process of Postgres, as it calls itself: `credence DATABASE [local] idle`, `autovacuum worker DATABASE`. */
const OF_DATABASE = /^postgres: (?:autovacuum worker (\S+)|\S+ (\S+) \[local\])/;

/**
 * The processor time of a Postgres server, by database. What it tidies up in one database while another is measured is not that one's: so
 * all its processes are looked at all the time, those that end included.
 */
export class DatabaseTime {
  readonly #postmaster: number;
  readonly #seen = new Map<number, { readonly database: string | null; micros: number }>(); // by process
  readonly #looking: NodeJS.Timeout;

  constructor(postmaster: number) {
    this.#postmaster = postmaster;
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#looking);
  }

  /** Of all that it did for this database until now; null: for none, such as its log. In microseconds. */
  of(database: string | null): number {
    this.#look();
    let sum = database === null ? ownMicros(this.#postmaster) : 0;
    for (const each of this.#seen.values()) if (each.database === database) sum += each.micros;
    return sum;
  }

  #look(): void {
    const children = readFileSync(`/proc/${this.#postmaster}/task/${this.#postmaster}/children`, 'utf8');
    for (const pid of children.trim().split(' ').map(Number)) {
      const database = databaseOf(pid);
      const micros = ownMicros(pid);
      const seen = this.#seen.get(pid);
      if (!seen || (seen.database === null && database !== null)) this.#seen.set(pid, { database, micros });
      else if (micros > seen.micros) seen.micros = micros;
    }
  }
}

function databaseOf(pid: number): string | null {
  try {
    const found = OF_DATABASE.exec(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
    return found?.[1] ?? found?.[2] ?? null;
  } catch {
    return null; // it has ended
  }
}
