import type { Mapping } from './mapping.ts';
import type { Reading } from './readers.ts';
import { openCsv } from './readers-csv.ts';
import type { Input } from './readers-files.ts';
import { openJsonLines } from './readers-json.ts';

export const openReading = (input: Input, mapping: Mapping): Reading =>
  mapping.format === 'csv' ? openCsv(input, mapping) : openJsonLines(input);
