import { hash } from 'node:crypto';
import { isRecord } from './checks.ts';

/** 16 bytes that tell contents apart: SHA-256, cut in half. */
export const contentHashOf = (canonical: string): Buffer =>
  Buffer.from(hash('sha256', canonical, 'hex').slice(0, 32), 'hex'); // of Node's pool: not 500 of its own for each batch

/** In place: there are a dozen at most, and this takes no memory. */
function sorted(keys: string[]): string[] {
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i]!;
    let at = i;
    for (; at > 0 && keys[at - 1]! > key; at--) keys[at] = keys[at - 1]!;
    keys[at] = key;
  }
  return keys;
}

/**
 * JSON with sorted keys and without nulls, so that senders may order fields as they like and leave out what is not there.
 * Only for what was checked: it goes as deep as its value does.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  let members = '';
  for (const key of sorted(Object.keys(value))) {
    const member = value[key];
    if (member === null || member === undefined) continue;
    members += `${members === '' ? '' : ','}"${key}":${canonicalJson(member)}`; // keys of checked data need no escapes
  }
  return `{${members}}`;
}
