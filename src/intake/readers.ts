import type { Rejection } from './checks.ts';
import type { Envelope } from './event.ts';
import type { Input } from './readers-files.ts';
import type { Row } from './readers-rows.ts';
import type { SKIPPED } from './rows.ts';

/** A file, as a mapping reads it. */
export interface Reading {
  readonly input: Input;
  readonly unused: readonly string[]; // columns that mean nothing to the mapping
  /** All rows in order, without the header. */
  rows(): Generator<Row>;
  /** What rows say, each by itself, in their order. `hashes`: those of what they say, where they were read before. */
  read(
    rows: readonly Buffer[],
    now: number,
    until: number,
    hashes?: readonly Buffer[],
  ): (Envelope | Rejection | typeof SKIPPED)[];
}
