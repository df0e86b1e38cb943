import { Rejection } from './checks.ts';
import { parseCloudEvent } from './cloud-events.ts';
import { jsonOf } from './readers-cells.ts';
import type { Input } from './readers-files.ts';
import type { Reading } from './readers.ts';
import { rowsOf } from './readers-rows.ts';
import { SKIPPED } from './rows.ts';

/** Reads JSON lines: a CloudEvent each, under the same checks as those that come over the network. */
export function openJsonLines(input: Input): Reading {
  return {
    input,
    unused: [],
    rows: () => rowsOf(input, null),
    read: (rows, now, until) =>
      rows.map((row) => {
        const raw = jsonOf(row);
        const envelope = raw instanceof Rejection ? raw : parseCloudEvent(raw, now);
        return envelope instanceof Rejection || envelope.events[0]!.at <= until ? envelope : SKIPPED;
      }),
  };
}
