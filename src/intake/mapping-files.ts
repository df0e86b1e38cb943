import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../kernel/refusal.ts';
import type { Mapping } from './mapping.ts';
import { parseMapping } from './mapping-parse.ts';

/** The mappings that come with the program: mappings/NAME.json. */
export const SHIPPED = ['olist', 'ratings', 'orders', 'reviews', 'events'] as const;

/** A shipped mapping by its name, or one of the user's own by its path. */
export function loadMapping(nameOrPath: string): Mapping {
  const isShipped = (SHIPPED as readonly string[]).includes(nameOrPath);
  const path = isShipped ? join(import.meta.dirname, 'mappings', `${nameOrPath}.json`) : nameOrPath;
  if (!existsSync(path))
    throw refusal(`There is no mapping ${nameOrPath}: give one of ${SHIPPED.join(', ')}, or the path of a JSON file.`);
  try {
    return parseMapping(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw refusal(
      `The mapping ${nameOrPath} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

const refusal = (message: string) => new Refusal('INVALID', 'MAPPING_INVALID', message, ['mapping']);
